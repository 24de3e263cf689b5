-- Tells who holds leases of a group, after taking one if an id is given.
--
-- KEYS  1 the group: by lease id '<order> <node> <holder>'
--       2 the nodes that have leases in this part of the groups: by node the server's time until which it counts as alive
-- ARGV  1 the asking node   2 lease id, or '' to look only   3 holder
--       4 the order that the lease had before, or ''          5 how long the node lives from now, in milliseconds
--       6 how long the group is kept, in milliseconds
-- Returns {1 if the node was known to be alive, else 0, then id, holder, node, order of each lease, held longest first}

local group, nodes = KEYS[1], KEYS[2]
local node, id = ARGV[1], ARGV[2]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local alive = {}
local function is_alive(name)
  if alive[name] == nil then alive[name] = tonumber(redis.call('HGET', nodes, name) or 0) > now end
  return alive[name]
end

local was_alive = is_alive(node)
if id ~= '' then
  redis.call('HSET', nodes, node, string.format('%.0f', now + ARGV[5]))
  alive[node] = true
end

local leases, latest = {}, 0
local entries = redis.call('HGETALL', group)
for i = 1, #entries, 2 do
  local order, by, holder = string.match(entries[i + 1], '^(%d+) (%S+) (.*)$')
  if is_alive(by) then
    leases[#leases + 1] = {id = entries[i], order = tonumber(order), node = by, holder = holder}
    latest = math.max(latest, tonumber(order))
  else
    redis.call('HDEL', group, entries[i]) -- should its node come back, it takes it again
  end
end

if id ~= '' then
  local held = redis.call('HEXISTS', group, id) == 1
  if not held then
    -- The server's time in microseconds, and never the same twice.
    local order = tonumber(ARGV[4]) or math.max(time[1] * 1000000 + time[2], latest + 1)
    redis.call('HSET', group, id, string.format('%.0f %s %s', order, node, ARGV[3]))
    leases[#leases + 1] = {id = id, order = order, node = node, holder = ARGV[3]}
  end
  redis.call('PEXPIRE', group, ARGV[6])
  redis.call('PEXPIRE', nodes, ARGV[6])
end

table.sort(leases, function(a, b) return a.order < b.order or (a.order == b.order and a.id < b.id) end)
local answer = {was_alive and 1 or 0}
for _, lease in ipairs(leases) do
  answer[#answer + 1] = lease.id
  answer[#answer + 1] = lease.holder
  answer[#answer + 1] = lease.node
  answer[#answer + 1] = string.format('%.0f', lease.order)
end
return answer

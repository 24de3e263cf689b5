-- Tells who holds leases of a group, or takes one and tells who is too many.
--
-- KEYS  1 the group: by lease id '<order> <node> <holder>'
--       2 the nodes that have leases in this part of the groups: by node the server's time until which it counts as alive
-- ARGV  1 the asking node   2 lease id, or '' to look only   3 holder
--       4 the order that the lease had before, or ''          5 how long the node lives from now, in milliseconds
--       6 how long the group is kept, in milliseconds         7 how many leases the group should hold
-- Returns {1 if the node was known to be alive, else 0, the order of the lease that was taken, then id, holder and node
--          of each lease, or after taking one of those beyond what the group should hold, held longest first}

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

local own = ''
if id ~= '' then
  local entry = redis.call('HGET', group, id)
  if entry then
    own = string.match(entry, '^%d+')
  else
    -- The server's time in microseconds: no two scripts have the same.
    own = ARGV[4] ~= '' and ARGV[4] or string.format('%.0f', time[1] * 1000000 + time[2])
    redis.call('HSET', group, id, own .. ' ' .. node .. ' ' .. ARGV[3])
  end
  redis.call('PEXPIRE', group, ARGV[6])
  redis.call('PEXPIRE', nodes, ARGV[6])
end

local answer = {was_alive and 1 or 0, own}
local most = tonumber(ARGV[7])
-- Those of dead nodes are counted here, so what is few enough is so in truth; a large group need not be looked at.
if id ~= '' and redis.call('HLEN', group) <= most then return answer end

local leases = {}
local entries = redis.call('HGETALL', group)
for i = 1, #entries, 2 do
  local order, by, holder = string.match(entries[i + 1], '^(%d+) (%S+) (.*)$')
  if is_alive(by) then
    leases[#leases + 1] = {id = entries[i], order = tonumber(order), node = by, holder = holder}
  else
    redis.call('HDEL', group, entries[i]) -- should its node come back, it takes it again
  end
end
table.sort(leases, function(a, b) return a.order < b.order or (a.order == b.order and a.id < b.id) end)
local wanted = id == '' and #leases or #leases - most
for i = 1, wanted do
  answer[#answer + 1] = leases[i].id
  answer[#answer + 1] = leases[i].holder
  answer[#answer + 1] = leases[i].node
end
return answer

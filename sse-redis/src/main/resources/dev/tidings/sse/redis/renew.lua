-- Gives a sign of life of a node, without which its leases end.
--
-- KEYS  1 the nodes, as in leases.lua
-- ARGV  1 the node   2 how long it lives from now, in milliseconds   3 how long the nodes are kept, in milliseconds
-- Returns 1 if it was known to be alive; 0 if its leases have ended, so that it must take them again

local nodes, node = KEYS[1], ARGV[1]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local known = redis.call('HGETALL', nodes)
local was_alive = 0
for i = 1, #known, 2 do
  if known[i] == node and tonumber(known[i + 1]) > now then was_alive = 1 end
  if known[i] ~= node and tonumber(known[i + 1]) < now then redis.call('HDEL', nodes, known[i]) end
end
redis.call('HSET', nodes, node, string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', nodes, ARGV[3])
return was_alive

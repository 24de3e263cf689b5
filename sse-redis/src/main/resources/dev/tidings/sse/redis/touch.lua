-- Tells where logs end, and keeps them from being forgotten.
--
-- KEYS  logs, all of one slot
-- Returns the position of each one's last entry, or '' where there is no log

local ends = {}
for i, log in ipairs(KEYS) do
  local last = redis.call('LINDEX', log, -1)
  if last then
    ends[i] = string.match(last, '^%S+')
    local age = tonumber(string.match(last, '^%S+ %S+ %S+ e(%d+)') or 3600000)
    local lifetime = age + math.floor(age / 4) + 300000
    if redis.call('PTTL', log) < lifetime * 0.9 then redis.call('PEXPIRE', log, string.format('%.0f', lifetime)) end
  else
    ends[i] = ''
  end
end
return ends

-- Appends one event to a topic's log and announces it, as one step.
--
-- KEYS  1 the log; 2 the idempotency key, where the publisher gave one
-- ARGV  1 publish id                  2 the frame from its flags on
--       3 most entries                4 most age, in milliseconds
--       5 the command that announces  6 the channel
--       7 where the sequence of a new millisecond starts: random, so that two branches of a split log differ
--       8 publish id of the event that must stand before this one, or ''
--       9 on a retry, the server's time before the first attempt, or ''
--      10 lifetime of the idempotency key, in seconds
-- Returns {'stored' | 'duplicate' | 'unknown' | 'disorder', position, the server's time, what announcing failed with}
--
-- A frame is '<position> <prev> <publish id> <flags> <key> <attributes> <payload>'. FrameFormat has the other side.

local log, known = KEYS[1], KEYS[2]
local id, most, age = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local after, since = ARGV[8], ARGV[9]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local clock = string.format('%.0f', now)

-- The position of the frame with this publish id; looks from the newest backwards.
local function find(publish_id)
  local pattern, to = '^(%S+) %S+ (%S+)', -1
  while true do
    local chunk = redis.call('LRANGE', log, to - 31, to)
    for i = #chunk, 1, -1 do
      local position, by = string.match(chunk[i], pattern)
      if by == publish_id then return position end
    end
    if #chunk < 32 then return nil end
    to = to - 32
  end
end

if since ~= '' then
  local position = find(id)
  if position then return {'stored', position, clock, ''} end
end
if known then
  local position = redis.call('GET', known)
  if position then return {'duplicate', position, clock, ''} end
elseif since ~= '' then
  local oldest = redis.call('LINDEX', log, 0)
  if oldest then
    local ms, prev = string.match(oldest, '^(%d+)-%d+ (%S+)')
    -- What the first attempt may have stored may be trimmed already: nobody can tell any more.
    if prev ~= '0-0' and tonumber(ms) >= tonumber(since) then return {'unknown', '', clock, ''} end
  end
end
if after ~= '' and not find(after) then return {'disorder', '', clock, ''} end

local ms, seq, prev = now, tonumber(ARGV[7]), '0-0'
local last = redis.call('LINDEX', log, -1)
if last then
  local last_ms, last_seq = string.match(last, '^(%d+)-(%d+)')
  prev = last_ms .. '-' .. last_seq
  last_ms, last_seq = tonumber(last_ms), tonumber(last_seq)
  if last_ms >= ms then -- the same millisecond, or a clock that went back
    -- By chance where it went back: a successor whose clock is behind must not repeat what was lost with its master.
    seq = last_seq + 1 + (last_ms > ms and seq % 4096 or 0)
    ms = last_ms
    if seq > 65535 then ms, seq = ms + 1, tonumber(ARGV[7]) end
  end
end
local position = string.format('%.0f-%.0f', ms, seq)
local frame = position .. ' ' .. prev .. ' ' .. id .. ' ' .. ARGV[2]

local entries = redis.call('RPUSH', log, frame) -- the first write: a server that refuses writes stops here, with nothing done
local drop = math.max(entries - most, 0)
local enough = drop + 64 -- a little each time; read.lua passes over what is too old and still here
while drop < enough and entries - drop > 16
    and tonumber(string.match(redis.call('LINDEX', log, drop), '^%d+')) < now - age do
  drop = drop + 1
end
if drop > 0 then redis.call('LTRIM', log, drop, -1) end
-- Longer than the oldest entry lives, and renewed only now and then: each renewal is a write for the replicas.
local lifetime = age + math.floor(age / 4) + 300000
if redis.call('PTTL', log) < lifetime * 0.9 then redis.call('PEXPIRE', log, string.format('%.0f', lifetime)) end
if known then redis.call('SET', known, position, 'EX', ARGV[10]) end

-- It is stored: an error here must not make the publisher store it again.
local told = redis.pcall(ARGV[5], ARGV[6], frame)
return {'stored', position, clock, type(told) == 'table' and told.err or ''}

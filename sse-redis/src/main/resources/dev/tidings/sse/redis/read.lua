-- Reads a page of a topic's log after a position, and judges the position. The table is at Page.Verdict.
--
-- KEYS  1 the log
-- ARGV  1 the position, or '' for the end alone   2 most entries   3 most bytes of data
--       4 where the sequence of a new millisecond starts, as in append.lua
-- Returns {'contiguous' | 'trimmed' | 'reset', the end, frames}

local log, after = KEYS[1], ARGV[1]
local most_entries, most_bytes = tonumber(ARGV[2]), tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function renew(age)
  local lifetime = age + math.floor(age / 4) + 300000
  if redis.call('PTTL', log) < lifetime * 0.9 then redis.call('PEXPIRE', log, string.format('%.0f', lifetime)) end
end

local function parse(position)
  local ms, seq = string.match(position, '^(%d+)-(%d+)')
  return tonumber(ms), tonumber(seq)
end

local count = redis.call('LLEN', log)
if count == 0 then
  -- A marker, so that an empty topic has an end, too: nothing that comes after it can be missed.
  local start = string.format('%.0f-%s', now, ARGV[4])
  redis.call('RPUSH', log, start .. ' 0-0 - m   ')
  renew(3600000)
  return {after == '' and 'contiguous' or 'reset', start, {}}
end

local last = redis.call('LINDEX', log, -1)
local last_position = string.match(last, '^%S+')
local age = tonumber(string.match(last, '^%S+ %S+ %S+ e(%d+)') or 3600000)
renew(age)
if after == '' or after == last_position then return {'contiguous', last_position, {}} end

local frames, bytes = {}, 0
-- Adds a frame to the page; false when that is full.
local function add(frame)
  if string.find(frame, '^%S+ %S+ %S+ m') then return true end
  bytes = bytes + #frame - (string.find(frame, '\n', 1, true) or 0)
  if #frames == most_entries or (bytes > most_bytes and #frames > 0) then return false end
  frames[#frames + 1] = frame
  return true
end

-- Most who ask stand near the end, and one look at the last few entries answers them.
if #last < 2048 then
  local few, wanted = redis.call('LRANGE', log, -17, -1), after .. ' '
  for i = #few - 1, 1, -1 do
    if string.sub(few[i], 1, #wanted) == wanted then
      if parse(few[i + 1]) < now - age then break end -- older than that it counts as trimmed
      for later = i + 1, #few do
        if not add(few[later]) then break end
      end
      return {'contiguous', last_position, frames}
    end
  end
end

-- The index of the first entry later than a position; steps grow from the end.
local function first_later(ms, seq)
  local function is_later(index)
    local at_ms, at_seq = parse(redis.call('LINDEX', log, index))
    return at_ms > ms or (at_ms == ms and at_seq > seq)
  end
  local low, high, step = 0, count, 1
  while high - step > low do
    if is_later(high - step) then
      high, step = high - step, step * 2
    else
      low = high - step + 1
      break
    end
  end
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_later(middle) then high = middle else low = middle + 1 end
  end
  return low
end

-- What is too old counts as trimmed, though the last few are kept for publishers that retry.
local oldest, base = 0, nil
local first = redis.call('LINDEX', log, 0)
if parse(first) < now - age then
  oldest = first_later(now - age - 1, 65535)
  base = string.match(redis.call('LINDEX', log, oldest - 1), '^%S+')
else
  base = string.match(first, '^%S+ (%S+)')
end

local ms, seq = parse(after)
local base_ms, base_seq = parse(base)
local from, verdict
if base_ms > ms or (base_ms == ms and base_seq > seq) then
  from, verdict = oldest, 'trimmed'
elseif after == base and base ~= '0-0' then
  from, verdict = oldest, 'contiguous'
else
  from = first_later(ms, seq)
  local before = from > oldest and string.match(redis.call('LINDEX', log, from - 1), '^%S+')
  verdict = before == after and 'contiguous' or 'reset'
end

local chunk = 8
while from < count do
  for _, frame in ipairs(redis.call('LRANGE', log, from, from + chunk - 1)) do
    if not add(frame) then return {verdict, last_position, frames} end
  end
  from, chunk = from + chunk, math.min(chunk * 2, 128)
end
return {verdict, last_position, frames}

-- Takes a place in the index of a principal, before the session is written: whatever lives has a place.
--
-- KEYS[1]  the index: a hash of id → "order reservedAt keepUntil etag", with "#", the last order that was given, and ">", the order
--          at which places that nothing can be behind any more are thrown out next
-- ARGV[1]  the id
-- ARGV[2]  the etag that the login loaded; empty when it creates
-- ARGV[3]  how long the place may be needed, in milliseconds
-- ARGV[4]  the most sessions that the principal may have; 0 for any number
--
-- Answers { the place, the place that the id had before or '', now, { id, place, … } }: the other places, if there are more than
-- the limit lets be.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local order = redis.call('HINCRBY', KEYS[1], '#', 1)
local former = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local place = string.format('%.0f %.0f %.0f %s', order, now, now + ARGV[3], ARGV[2])

redis.call('HSET', KEYS[1], ARGV[1], place)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end

local function each(visit)
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.len(all[i]) > 1 and all[i] ~= ARGV[1] then visit(all[i], all[i + 1]) end
  end
end

-- At a price that does not grow with the index: as many logins pass until the next time as places are left now.
if order >= tonumber(redis.call('HGET', KEYS[1], '>') or 0) then
  each(function(id, other)
    if tonumber(string.match(other, '^%d+ %d+ (%d+)')) < now then redis.call('HDEL', KEYS[1], id) end
  end)
  redis.call('HSET', KEYS[1], '>', order + math.max(64, redis.call('HLEN', KEYS[1])))
end

local others = {}
if tonumber(ARGV[4]) > 0 and redis.call('HLEN', KEYS[1]) - 2 > tonumber(ARGV[4]) then
  each(function(id, other)
    others[#others + 1] = id
    others[#others + 1] = other
  end)
end

return { place, former, now, others }

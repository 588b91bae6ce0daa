-- Gives places of the index back, those that still are what the caller has seen: another login may have taken one anew.
--
-- KEYS[1]  the index, as reserve.lua writes it
-- ARGV     id, place, and what the place was before, empty for none; as often as there are places

for i = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    if ARGV[i + 2] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    end
  end
end

-- The two counters alone are no index.
if redis.call('HLEN', KEYS[1]) == 2 then redis.call('DEL', KEYS[1]) end
return 1

-- Answers { now, { id, place, … } }: all places in the index of a principal.
--
-- KEYS[1]  the index, as reserve.lua writes it

local time = redis.call('TIME')
local places = {}
local all = redis.call('HGETALL', KEYS[1])

for i = 1, #all, 2 do
  if string.len(all[i]) > 1 then
    places[#places + 1] = all[i]
    places[#places + 1] = all[i + 1]
  end
end

return { time[1] * 1000 + math.floor(time[2] / 1000), places }

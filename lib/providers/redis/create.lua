-- Writes a new record, in the epoch that its bucket is in.
--
-- KEYS[1]  the record
-- KEYS[2]  the epoch of its bucket
-- ARGV[1]  the text, which begins with its etag
-- ARGV[2]  how long the key lives from now, in milliseconds
-- ARGV[3]  an epoch, for a bucket that has none: nothing was created in it yet, or all that was has been ended
--
-- Answers 1 when the text is there, also when it is sent twice; 0 when the id is taken, and nothing was written.

local head = redis.call('GETRANGE', KEYS[1], 0, 35)
local epoch = redis.call('GET', KEYS[2])

if head ~= '' then
  return string.sub(head, 1, 8) == epoch and string.sub(head, 25) == string.sub(ARGV[1], 1, 12) and 1 or 0
end

if not epoch then
  epoch = ARGV[3]
  redis.call('SET', KEYS[2], epoch)
end

redis.call('SET', KEYS[1], epoch .. '................' .. ARGV[1], 'PX', ARGV[2])
return 1

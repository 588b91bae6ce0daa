-- Writes a record if it still is the one that the caller knows.
--
-- KEYS[1]  the record
-- ARGV[1]  the etag that it was loaded with
-- ARGV[2]  the new text, which begins with its own etag
-- ARGV[3]  how long the key lives from now, in milliseconds
--
-- Answers 1 when the new text is there, else { GET, PTTL }: another record by now, a tombstone, or nothing at all.
-- Only the etag is read unless there is a conflict: the text itself may have many kilobytes.

local etag = redis.call('GETRANGE', KEYS[1], 0, 11)

if etag == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end

-- A client that reconnects may send the same write twice; the first one was this one.
if etag == string.sub(ARGV[2], 1, 12) then
  return 1
end

return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }

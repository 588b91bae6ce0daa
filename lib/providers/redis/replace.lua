-- Writes a record if it still is the one that the caller knows. Whose it is stays as it was.
--
-- KEYS[1]  the record
-- KEYS[2]  the epoch of its bucket
-- ARGV[1]  the etag that it was loaded with
-- ARGV[2]  the new text, which begins with its own etag
-- ARGV[3]  how long the key lives from now, in milliseconds
--
-- Answers 1 when the new text is there; { GET, PTTL } when the record is another one by now; 0 when it is dead or absent.
-- Only the head is read unless there is a conflict: the text itself may have many kilobytes.

local head = redis.call('GETRANGE', KEYS[1], 0, 35)
local etag = string.sub(head, 25)

if string.sub(head, 1, 8) ~= redis.call('GET', KEYS[2]) then
  return 0
end

if etag == ARGV[1] then
  redis.call('SET', KEYS[1], string.sub(head, 1, 24) .. ARGV[2], 'PX', ARGV[3])
  return 1
end

-- A client that reconnects may send the same write twice; the first one was this one.
if etag == string.sub(ARGV[2], 1, 12) then
  return 1
end

return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }

#!lua flags=allow-oom
-- Puts a tombstone in the place of a record; also when the memory is full, as a tombstone is the smaller of the two.
--
-- KEYS[1]  the record
-- KEYS[2]  the epoch of its bucket
-- ARGV[1]  the tombstone, which begins with "!" and is this call's own
-- ARGV[2]  how long it stands, in milliseconds
--
-- Answers 1 when this call ended the session, also when it is sent twice; 0 when there is none, or it had ended before.

local head = redis.call('GETRANGE', KEYS[1], 0, math.max(8, string.len(ARGV[1])) - 1)

if string.sub(head, 1, 1) == '!' then
  return head == ARGV[1] and 1 or 0
end

if string.sub(head, 1, 8) ~= redis.call('GET', KEYS[2]) then
  return 0
end

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1

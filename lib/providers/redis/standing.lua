#!lua flags=allow-oom
-- Tells how the session behind a place in the index stands, and ends it where the caller says so.
--
-- KEYS[1]  the record
-- KEYS[2]  the epoch of its bucket
-- ARGV[1]  whose place it is, 16 characters
-- ARGV[2]  the etag that the login loaded; empty when it creates
-- ARGV[3]  1 while the login may still be under way
-- ARGV[4]  how long a key outlives its session, and a tombstone stands, in milliseconds
-- ARGV[5]  the standings that end here, such as "expired" or "live,expired,pending"
-- ARGV[6]  the tombstone, which begins with "!" and is this call's own
-- ARGV[7]  the place, to stand in the tombstone of a pending session: by that its login knows that it is meant
--
-- Answers, as it was before:
--   live     the session of the principal
--   expired  the same past its deadline; until the key is gone, a late commit may revive it
--   pending  not yet the principal's: the login that holds the place may still write it
--   dead     ended, gone or somebody else's, and the login that held the place can write no more
--
-- Why no generation guards a login against the end of all sessions: a login writes only over what it has loaded. A tombstone in that
-- place refuses it, whether a record was there or not, and stands longer than a login may take. One that reserves its place after
-- the index was read is seen by the next look, or is a login after the end.

local function standing(head)
  if string.sub(head, 1, 1) == '!' then return 'dead' end
  if head == '' then
    return ARGV[3] == '1' and ARGV[2] == '' and 'pending' or 'dead'
  end
  if string.sub(head, 1, 8) ~= redis.call('GET', KEYS[2]) then return 'dead' end
  if string.sub(head, 9, 24) == ARGV[1] then
    return redis.call('PTTL', KEYS[1]) > tonumber(ARGV[4]) and 'live' or 'expired'
  end
  return ARGV[3] == '1' and string.sub(head, 25, 36) == ARGV[2] and 'pending' or 'dead'
end

local length = string.len(ARGV[6])
local found = redis.call('GETRANGE', KEYS[1], 0, 63)

-- A tombstone of this very call says what it found when it was sent first.
if string.sub(found, 1, length) == ARGV[6] then
  return string.match(found, '^%a+', length + 1)
end

local answer = standing(found)
if string.find(ARGV[5], answer, 1, true) then
  local place = answer == 'pending' and '@' .. ARGV[7] or ''
  redis.call('SET', KEYS[1], ARGV[6] .. answer .. place, 'PX', ARGV[4])
end
return answer

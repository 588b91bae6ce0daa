-- Writes the record of a login, new or known, and makes it the principal's; or only tells whether it would.
--
-- KEYS[1]  the record
-- KEYS[2]  the epoch of its bucket
-- ARGV[1]  the etag that it was loaded with; empty for a new record
-- ARGV[2]  the new text, which begins with its own etag; when only asked, the etag alone
-- ARGV[3]  whose it becomes, 16 characters
-- ARGV[4]  until when it may be written, in milliseconds of this server's clock; empty to ask only
-- ARGV[5]  how long the key lives from now, in milliseconds
-- ARGV[6]  an epoch, for a bucket that has none
--
-- Answers { 'yes', now, whether it is the principal's already } when only asked, and else 'ok' when the text is there;
-- or what stands in the way: 'late', { 'changed', GET, PTTL }, or { 'exists' or 'gone', the tombstone if there is one }.
--
-- A place in the index is held for a login for a minute and no longer. A write that comes later, because a process was stopped or a
-- client had queued it, would be a session that nobody has counted: so it is refused by the clock of the server that takes it.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local head = redis.call('GETRANGE', KEYS[1], 0, 35)
local epoch = redis.call('GET', KEYS[2])
local lives = epoch and string.sub(head, 1, 8) == epoch
local owner = string.sub(head, 9, 24)
local etag = string.sub(head, 25)
local is_there = lives and owner == ARGV[3] and etag == string.sub(ARGV[2], 1, 12)

local function refused(word)
  return { word, string.sub(head, 1, 1) == '!' and redis.call('GET', KEYS[1]) or '' }
end

if not is_there then
  if ARGV[1] == '' then
    if head ~= '' then return refused('exists') end
  elseif not lives then
    return refused('gone')
  elseif etag ~= ARGV[1] then
    return { 'changed', redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }
  end
end

if ARGV[4] == '' then
  return { 'yes', now, lives and owner == ARGV[3] and 1 or 0 }
end

-- A client that reconnects may send the same write twice; the first one was this one.
if is_there then return 'ok' end
if now > tonumber(ARGV[4]) then return 'late' end

if not epoch then
  epoch = ARGV[6]
  redis.call('SET', KEYS[2], epoch)
end

redis.call('SET', KEYS[1], epoch .. ARGV[3] .. ARGV[2], 'PX', ARGV[5])
return 'ok'

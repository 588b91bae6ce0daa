-- Puts a process on the roster of those that cache, and begins the roster where there is none.
--
-- KEYS[1]  the roster
-- ARGV[1]  the name of the process, which nobody had before
-- ARGV[2]  its state
-- ARGV[3]  the name under which the roster keeps when it began
-- ARGV[4]  a mark that no roster had before

if not redis.call('HGET', KEYS[1], ARGV[3]) then
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
end

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1

-- Answers { name, state, … }: who may serve sessions from a cache, as redis-coherence.ts writes it.
--
-- KEYS[1]  the roster

return redis.call('HGETALL', KEYS[1])

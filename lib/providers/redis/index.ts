/**
 * Sessions in Redis or Valkey.
 *
 * @module nestjs-sessions/redis
 */

export { RedisSessionProvider } from './redis-session-provider.js';
export type { RedisUsage } from './metered-port.js';
export type { NearCacheUsage } from '../near-cache/near-cache.js';

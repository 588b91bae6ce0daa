export { RedisSessionProvider } from './redis-session-provider.js';
export type { RedisUsage } from './metered-port.js';

export { RedisSessionProvider } from './redis-session-provider.js';

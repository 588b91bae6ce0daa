/** @typedef {{ name: string, app: string, store: string, version?: string, hmac?: boolean, cached?: boolean, lib?: string }} Subject */

/** What is measured on each platform. `app` is a file of ./apps; `version` names the packages whose versions are reported. */
const PEERS = {
  express: [
    { name: 'express-session, memory', app: 'request-session', store: 'memory' },
    { name: 'express-session, connect-redis', app: 'request-session', store: 'redis' },
    { name: 'express-session, connect-pg-simple', app: 'request-session', store: 'postgres' },
    { name: 'iron-session', app: 'iron-session', store: 'cookie' },
  ],
  fastify: [
    { name: '@fastify/session, memory', app: 'request-session', store: 'memory' },
    { name: '@fastify/session, connect-redis', app: 'request-session', store: 'redis' },
    { name: 'iron-session', app: 'iron-session', store: 'cookie' },
  ],
};

const OURS = [
  { name: 'ours, memory', app: 'ours', store: 'memory' },
  { name: 'ours, memory, HMAC tokens', app: 'ours', store: 'memory', hmac: true },
  { name: 'ours, SQLite', app: 'ours', store: 'sqlite' },
  { name: 'ours, Redis', app: 'ours', store: 'redis' },
  { name: 'ours, Redis, HMAC tokens', app: 'ours', store: 'redis', hmac: true },
  { name: 'ours, Redis, cached', app: 'ours', store: 'redis', cached: true },
  { name: 'ours, PostgreSQL', app: 'ours', store: 'postgres' },
];

export const BARE = 'bare Nest';
/** What any library pays that has a scope per request, and an interceptor: beneath that, none of them can get. */
const FLOOR = [
  { name: BARE, app: 'bare', store: 'none' },
  { name: 'bare Nest, a scope', app: 'bare', store: 'scope' },
  { name: 'bare Nest, a scope and an interceptor', app: 'bare', store: 'interceptor' },
];

export const PLATFORMS = ['express', 'fastify'];

/**
 * @param lib the folder of the compiled library, as a URL.
 * @param beside that of another build, which is measured beside it.
 */
export function subjectsOn(platform, lib, beside) {
  const ours = OURS.map((each) => ({ ...each, lib }));
  const others = OURS.map((each) => ({ ...each, name: `${each.name} (beside)`, lib: beside }));
  return [...FLOOR, ...PEERS[platform], ...ours, ...(beside === undefined ? [] : others)];
}

/** @typedef {{ name: string, app: string, store: string, version?: string, hmac?: boolean, lib?: string }} Subject */

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
  { name: 'ours, PostgreSQL', app: 'ours', store: 'postgres' },
];

export const BARE = 'bare Nest';
export const PLATFORMS = ['express', 'fastify'];

/** @param beside the folder of another build of ours, which is measured beside this one. */
export function subjectsOn(platform, beside) {
  const others =
    beside === undefined ? [] : OURS.map((each) => ({ ...each, name: `${each.name} (beside)`, lib: beside }));
  return [{ name: BARE, app: 'bare', store: 'none' }, ...PEERS[platform], ...OURS, ...others];
}

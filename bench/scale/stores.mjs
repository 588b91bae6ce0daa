import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { etagIn, newId, randomName, recordMaker } from '../micro/records.mjs';
import { library } from '../micro/library.mjs';

/**
 * `node bench/scale/stores.mjs [--sessions 200000] [--only Redis]`: what many sessions take in Redis and in PostgreSQL, each a server of
 * its own: bytes a session, and for each operation the processor time of the server, bytes over the network, and what the server
 * says of itself. Sessions are records of the library, made and used through its providers.
 */
register('../../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { MeasuredRedis } = await import('./measured-redis.mjs');
const { MeasuredPostgres } = await import('./measured-postgres.mjs');

const options = {
  sessions: { type: 'string', default: '200000' },
  operations: { type: 'string', default: '20000' },
  only: { type: 'string' },
};
const { values } = parseArgs({ options });
const SESSIONS = Number(values.sessions);
const OPERATIONS = Number(values.operations);
const AT_A_TIME = 64;
const HOUR_MS = 3_600_000;
/** Two sessions a user: a telephone and a desk. */
const SESSIONS_A_USER = 2;

const VARIANTS = [
  { title: '200 B, of nobody', bytes: 200 },
  { title: '500 B, of nobody', bytes: 500 },
  { title: '500 B, logged in', bytes: 500, isLoggedIn: true },
  { title: '2 KB, logged in', bytes: 2048, isLoggedIn: true },
];

/** Does a piece of work for each number below `count`, so many at a time. */
async function each(count, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

async function fill(provider, { bytes, isLoggedIn }) {
  const make = recordMaker(bytes);
  const ids = Array.from({ length: SESSIONS }, newId);
  const users = Array.from({ length: Math.ceil(SESSIONS / SESSIONS_A_USER) }, () => `user-${randomName(6)}`);
  let length = 0;
  await each(SESSIONS, async (index) => {
    const principal = isLoggedIn ? users[index % users.length] : null;
    const text = make({ principal, device: true });
    length += text.length;
    const deadline = Date.now() + HOUR_MS;
    if (principal === null) await provider.create(ids[index], text, deadline);
    else await provider.admit({ id: ids[index], text, deadline }, { principal, whenFull: 'reject' });
  });
  return { ids, users, text: length / SESSIONS };
}

/** Each operation by itself, on sessions that are there. */
function operations(provider, ids, users, make) {
  const any = () => ids[Math.floor(Math.random() * ids.length)];
  let user = 0;
  let last = ids.length;
  return {
    load: () => provider.load(any()),
    touch: () => provider.touch(any(), Date.now() + 2 * HOUR_MS),
    // Two in one: the load of the request, and its commit.
    'load and commit': async () => {
      const id = any();
      const { text } = await provider.load(id);
      await provider.replace(id, etagIn(text), make(), Date.now() + HOUR_MS);
    },
    create: () => provider.create(newId(), make(), Date.now() + HOUR_MS),
    login: () => {
      const principal = users[user++ % users.length];
      const write = { id: newId(), text: make({ principal, device: true }), deadline: Date.now() + HOUR_MS };
      return provider.admit(write, { principal, limit: 5, whenFull: 'evict-oldest' });
    },
    'list of a user': () => provider.sessionsOf(users[user++ % users.length]),
    end: () => provider.end(ids[--last], 'invalidated'),
  };
}

const shown = (facts) =>
  Object.entries(facts)
    .map(
      ([name, value]) => `${name} ${typeof value === 'number' ? value.toFixed(value < 20 ? 1 : 0) : value}`,
    )
    .join(', ');

for (const Server of [MeasuredRedis, MeasuredPostgres].filter(
  ({ title }) => values.only === undefined || values.only === title,
)) {
  for (const variant of VARIANTS) {
    const server = await Server.start(library);
    if (server === undefined) break;
    const empty = await server.size();
    const { ids, users, text } = await fill(server.provider, variant);
    const full = await server.size();
    const perSession = Object.entries(full).map(([name, bytes]) => [name, (bytes - empty[name]) / SESSIONS]);
    console.log(`\n${server.version}: ${SESSIONS} sessions, ${variant.title}, texts of ${text.toFixed(0)} B`);
    console.log(`  bytes a session: ${shown(Object.fromEntries(perSession))}`);
    if (variant.bytes === 500 && variant.isLoggedIn) {
      const all = operations(server.provider, ids, users, recordMaker(variant.bytes));
      for (const [name, operation] of Object.entries(all)) {
        await each(OPERATIONS / 10, operation);
        const before = await server.work();
        await each(OPERATIONS, operation);
        const after = await server.work();
        const cost = Object.entries(after).map(([fact, value]) => [
          fact,
          (value - before[fact]) / OPERATIONS,
        ]);
        console.log(`  ${name.padEnd(16)}${shown(Object.fromEntries(cost))}`);
      }
      await server.afterwards?.({ ids, each });
    }
    await server.stop();
  }
}

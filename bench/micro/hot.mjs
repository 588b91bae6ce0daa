import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../http/statistics.mjs';
import { library } from './library.mjs';

/**
 * `node bench/micro/hot.mjs`: 256 requests that write different keys of one session at once, in one instance of the app and spread over
 * four, and the list of a principal with many sessions; on each provider, through all of the core but HTTP.
 */
register('../../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { MeasuredRedis } = await import('../scale/measured-redis.mjs');
const { MeasuredPostgres } = await import('../scale/measured-postgres.mjs');
const { SessionManager } = await library('session/session-manager.js');
const { SessionHandle } = await library('session/session-handle.js');
const { DEFAULT_POLICY } = await library('session/policy.js');
const { InMemorySessionProvider, RandomCredentialProvider, Session } = await library('index.js');
const { SqliteSessionProvider } = await library('providers/sqlite/index.js');

const WRITERS = 256;
const INSTANCES = 4;
const SESSIONS = 10_000;
const AT_A_TIME = 32;
const ROUNDS = 5;
const clock = { now: () => Date.now() };
const policy = {
  ...DEFAULT_POLICY,
  operationTimeout: 60_000,
  limits: { ...DEFAULT_POLICY.limits, keys: 2 * WRITERS },
};

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const servers = await Promise.all([MeasuredRedis.start(library), MeasuredPostgres.start(library)]);
const [redis, postgres] = servers;
const providers = {
  memory: new InMemorySessionProvider({ maxRecords: 2 * SESSIONS }, { clock }),
  SQLite: new SqliteSessionProvider({ file: join(folder, 'sessions.db') }),
  ...(redis && { Redis: redis.provider }),
  ...(postgres && { PostgreSQL: postgres.provider }),
};

function request(manager, tokens) {
  const handle = new SessionHandle(manager, { presented: () => tokens, where: () => 'GET /bench' });
  return { handle, session: new Session(() => handle) };
}

async function timed(work) {
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms: performance.now() - before, cpuMs: (user + system) / 1000 };
}

/** Counts what a store is asked, as the commit of a writer that lost a race comes again. */
function counted(store, counts) {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args) => {
        counts[name] = (counts[name] ?? 0) + 1;
        return member.apply(target, args);
      };
    },
  });
}

async function writers(managers) {
  const first = request(managers[0], []);
  await first.handle.load();
  first.session.set('start', 1);
  await first.handle.settleResponse();
  const tokens = [first.handle.cookie.token];
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const all = Array.from({ length: WRITERS }, (_, index) =>
      request(managers[index % managers.length], tokens),
    );
    await Promise.all(all.map(({ handle }) => handle.load()));
    all.forEach(({ session }, index) => session.set(`writer${index}`, round));
    const { result, ms, cpuMs } = await timed(() =>
      Promise.allSettled(all.map(({ handle }) => handle.settleResponse())),
    );
    const after = request(managers[0], tokens);
    await after.handle.load();
    const kept = all.filter((_, index) => after.session.get(`writer${index}`) === round).length;
    const refused = result.filter(({ status }) => status === 'rejected').length;
    rounds.push({ kept, refused, ms, us: (1000 * cpuMs) / WRITERS });
  }
  const of = (name) => rounds.map((round) => round[name]);
  return {
    kept: Math.min(...of('kept')),
    refused: Math.max(...of('refused')),
    ms: median(of('ms')),
    us: median(of('us')),
  };
}

async function list(manager) {
  let left = SESSIONS;
  const loggingIn = async () => {
    while (left-- > 0) {
      const { handle, session } = request(manager, []);
      await handle.load();
      await session.login('Ada');
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, loggingIn));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await timed(() => manager.sessionsOf('Ada')));
  return {
    length: rounds[0].result.length,
    ms: median(rounds.map(({ ms }) => ms)),
    cpu: median(rounds.map(({ cpuMs }) => cpuMs)),
  };
}

for (const [name, provider] of Object.entries(providers)) {
  await provider.open?.();
  const counts = {};
  const store = counted(provider, counts);
  const managerOf = () =>
    new SessionManager({ store, credentials: new RandomCredentialProvider(), clock, policy });
  const managers = Array.from({ length: INSTANCES }, managerOf);
  for (const instances of [1, INSTANCES]) {
    counts.replace = 0;
    const { kept, refused, ms, us } = await writers(managers.slice(0, instances));
    console.log(
      `${name}: ${WRITERS} writers of one session, ${instances} instances: ${kept} kept, ${refused} refused, ${ms.toFixed(0)} ms, ` +
        `${us.toFixed(0)} µs here and ${(counts.replace / ROUNDS / WRITERS).toFixed(2)} commits each`,
    );
  }
  const { length, ms, cpu } = await list(managers[0]);
  console.log(`${name}: list of ${length} sessions: ${ms.toFixed(0)} ms, ${cpu.toFixed(0)} ms of them here`);
}

await Promise.all([providers.SQLite.close(), ...servers.map((server) => server?.stop())]);
rmSync(folder, { recursive: true });

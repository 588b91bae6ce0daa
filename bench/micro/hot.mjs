import { library } from './library.mjs';

/**
 * `node bench/micro/hot.mjs`: 256 requests that write different keys of one session at once, and the list of a principal with many
 * sessions, both in memory, through all of the core but HTTP.
 */
const { SessionManager } = await library('session/session-manager.js');
const { SessionHandle } = await library('session/session-handle.js');
const { DEFAULT_POLICY } = await library('session/policy.js');
const { InMemorySessionProvider, RandomCredentialProvider, Session } = await library('index.js');

const WRITERS = 256;
const SESSIONS = 10_000;
const ROUNDS = 7;
const clock = { now: () => Date.now() };
const manager = new SessionManager({
  store: new InMemorySessionProvider({ maxRecords: 2 * SESSIONS }, { clock }),
  credentials: new RandomCredentialProvider(),
  clock,
  policy: { ...DEFAULT_POLICY, limits: { ...DEFAULT_POLICY.limits, keys: 2 * WRITERS } },
});

function request(tokens) {
  const handle = new SessionHandle(manager, { presented: () => tokens, where: () => 'GET /bench' });
  return { handle, session: new Session(() => handle) };
}

async function timed(work) {
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms: performance.now() - before, cpuMs: (user + system) / 1000 };
}

const first = request([]);
await first.handle.load();
first.session.set('start', 1);
await first.handle.settleResponse();
const tokens = [first.handle.cookie.token];
for (let round = 0; round < ROUNDS; round++) {
  const writers = Array.from({ length: WRITERS }, () => request(tokens));
  for (const { handle } of writers) await handle.load();
  writers.forEach(({ session }, index) => session.set(`writer${index}`, round + 1));
  const { ms, cpuMs } = await timed(() => Promise.all(writers.map(({ handle }) => handle.settleResponse())));
  const after = request(tokens);
  await after.handle.load();
  const kept = writers.filter((_, index) => after.session.get(`writer${index}`) === round + 1).length;
  console.log(
    `${WRITERS} writers of one session: ${kept} writes kept, ${ms.toFixed(1)} ms, ${((1000 * cpuMs) / WRITERS).toFixed(1)} µs of CPU each`,
  );
}

for (let index = 0; index < SESSIONS; index++) {
  const { handle, session } = request([]);
  await handle.load();
  await session.login('Ada');
}
for (let round = 0; round < ROUNDS; round++) {
  const { result, ms } = await timed(() => manager.sessionsOf('Ada'));
  console.log(
    `list of ${result.length} sessions: ${ms.toFixed(1)} ms, ${((1000 * ms) / result.length).toFixed(2)} µs each`,
  );
}

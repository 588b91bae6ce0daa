import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../http/statistics.mjs';
import { etagIn, newId, recordMaker } from './records.mjs';
import { library } from './library.mjs';
import { OverlayOnRedis } from './overlay-on-redis.mjs';

/**
 * `node bench/micro/commit.mjs [--only Redis] [bytes]…`: a load, and a load with a commit, of each provider, by the size of the session, 16
 * at a time: processor time of this process and of the server, and bytes between them. Rounds are interleaved, medians count.
 *
 * Beside Redis stands a layout that was not built, a hash in which a commit writes only what changed: see docs/performance.md.
 */
register('../../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { MeasuredRedis } = await import('../scale/measured-redis.mjs');
const { MeasuredPostgres } = await import('../scale/measured-postgres.mjs');
const { InMemorySessionProvider } = await library('index.js');
const { SqliteSessionProvider } = await library('providers/sqlite/index.js');

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const SIZES = positionals.length > 0 ? positionals.map(Number) : [200, 2048, 16_384, 51_200, 262_144];
const CHANGES = [100, 2048];
const ROUNDS = 7;
const AT_A_TIME = 16;
const FAR = Date.now() + 86_400_000;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const none = { work: async () => ({}) };
const [redis, postgres] = await Promise.all([MeasuredRedis.start(library), MeasuredPostgres.start(library)]);
const overlay = redis && (await OverlayOnRedis.connect(redis.server.url));
const sqlite = new SqliteSessionProvider({ file: join(folder, 'sessions.db') });
await sqlite.open?.();

/** Each as [provider, its server, the sizes of a change that cost differently]. */
const SUBJECTS = {
  memory: [new InMemorySessionProvider(), none, [undefined]],
  SQLite: [sqlite, none, [undefined]],
  ...(redis && {
    Redis: [redis.provider, redis, [undefined]],
    'Redis, overlay': [overlay, redis, CHANGES],
  }),
  ...(postgres && { PostgreSQL: [postgres.provider, postgres, [undefined]] }),
};

/** A session of a worker, which knows its record as the request before left it. */
async function worker(provider, make, change) {
  const id = newId();
  let text = make();
  await provider.create(id, text, FAR);
  return {
    load: () => provider.load(id),
    'load and commit': async () => {
      await provider.load(id);
      const next = make();
      await provider.replace(id, etagIn(text), next, FAR, change);
      text = next;
    },
  };
}

async function cost(task, calls, server) {
  const [before, cpu] = [await server.work(), process.cpuUsage()];
  await Promise.all(
    task.map(async (call) => {
      for (let done = 0; done < calls; done++) await call();
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  const after = await server.work();
  const of = (name) => ((after[name] ?? 0) - (before[name] ?? 0)) / (calls * task.length);
  return [(user + system) / (calls * task.length), of('µs of server'), of('B in') + of('B out')];
}

for (const bytes of SIZES) {
  const calls = bytes < 10_000 ? 60 : 12;
  const tasks = {};
  for (const [name, [provider, server, changes]] of Object.entries(SUBJECTS)) {
    if (values.only !== undefined && !name.startsWith(values.only)) continue;
    for (const change of changes) {
      const makers = Array.from({ length: AT_A_TIME }, () => worker(provider, recordMaker(bytes), change));
      const workers = await Promise.all(makers);
      const title = change === undefined ? name : `${name}, ${change} B changed`;
      for (const operation of Object.keys(workers[0]))
        tasks[`${title}: ${operation}`] = { task: workers.map((each) => each[operation]), server, taken: [] };
    }
  }
  for (const { task, server } of Object.values(tasks)) await cost(task, calls, server);
  for (let round = 0; round < ROUNDS; round++)
    for (const { task, server, taken } of Object.values(tasks)) taken.push(await cost(task, calls, server));
  console.log(
    `\na session of ${bytes} B ${'here µs'.padStart(50)}${'server µs'.padStart(11)}${'bytes'.padStart(10)}`,
  );
  for (const [name, { taken }] of Object.entries(tasks)) {
    const [here, there, wire] = [0, 1, 2].map((index) => median(taken.map((row) => row[index])));
    console.log(
      `  ${name.padEnd(60)}${here.toFixed(1).padStart(9)}${there.toFixed(1).padStart(11)}${wire.toFixed(0).padStart(10)}`,
    );
  }
}

await sqlite.close();
await overlay?.close();
await redis?.stop();
await postgres?.stop();
rmSync(folder, { recursive: true });

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { InMemorySessionProvider } from 'nestjs-sessions';
import { SqliteSessionProvider } from 'nestjs-sessions/sqlite';

/**
 * How much longer the event loop is held up by sessions in a file than by sessions in memory, under the same load: so many requests
 * every five milliseconds, each a load and a commit of 2 KB. Rounds are interleaved, as a machine has moods. `node bench/sqlite-event-loop.mjs`,
 * after a build.
 */
const SESSIONS = 5000;
const ROUNDS = 5;
const ROUND_MS = 3000;
const BODY = 'x'.repeat(2000);
const FAR = Date.now() + 86_400_000;

const newEtag = () => randomBytes(9).toString('base64url');

async function fill(store) {
  const etags = Array.from({ length: SESSIONS }, newEtag);
  await Promise.all(etags.map((etag, id) => store.create(`s${id}`, etag + BODY, FAR)));
  return etags;
}

async function round(store, etags, requests) {
  const request = async () => {
    const id = Math.floor(Math.random() * SESSIONS);
    const etag = newEtag();
    await store.load(`s${id}`);
    if ((await store.replace(`s${id}`, etags[id], etag + BODY, FAR)) === 'ok') etags[id] = etag;
  };
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  for (const end = performance.now() + ROUND_MS; performance.now() < end; await delay(5))
    for (let sent = 0; sent < requests; sent++) void request();
  histogram.disable();
  return [histogram.mean, histogram.percentile(99), histogram.percentile(99.9)].map((ns) => ns / 1e6);
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const folder = mkdtempSync(join(import.meta.dirname, '../.build/bench-'));
const stores = {
  memory: new InMemorySessionProvider(),
  normal: new SqliteSessionProvider({ file: join(folder, 'normal.db') }),
  full: new SqliteSessionProvider({ file: join(folder, 'full.db'), durability: 'full' }),
};
const etags = {};
for (const [name, store] of Object.entries(stores)) etags[name] = await fill(store);

for (const requests of [5, 25]) {
  const seen = { memory: [], normal: [], full: [] };
  for (let count = 0; count < ROUNDS; count++)
    for (const [name, store] of Object.entries(stores))
      seen[name].push(await round(store, etags[name], requests));
  const medians = (name) => [0, 1, 2].map((index) => median(seen[name].map((row) => row[index])));
  const base = medians('memory');
  console.log(`\n${requests * 200} requests a second: delay of the event loop in ms (times that of memory)`);
  for (const name of Object.keys(stores)) {
    const shown = medians(name).map((ms, index) => `${ms.toFixed(2)} (${(ms / base[index]).toFixed(1)}×)`);
    console.log(`${name.padEnd(8)}mean ${shown[0]}   p99 ${shown[1]}   p99.9 ${shown[2]}`);
  }
}
for (const store of Object.values(stores)) await store.close();
rmSync(folder, { recursive: true });

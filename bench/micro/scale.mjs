import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { library } from './library.mjs';
import { stopwatch } from './stopwatch.mjs';

/**
 * `node --expose-gc --max-old-space-size=8192 bench/micro/scale.mjs [sessions]…`: the memory provider with many sessions, beside a plain
 * `Map` of the same texts: bytes a session, cost of an operation, and the longest pause of the event loop, while it fills, works and
 * sweeps in steps of 500. The pause of the `Map` tells how much of it is the machine's.
 */
const { InMemorySessionProvider } = await library('index.js');
const SIZES = process.argv.slice(2).map(Number);
const BYTES = 500;
const HOUR_MS = 3_600_000;
const STEP = 500;
const name = () => randomBytes(16).toString('base64url');
const text = () => randomBytes(9).toString('base64url') + randomBytes(BYTES / 2).toString('hex');

/** V8 keeps a text of one byte a character flat, as one that came over a wire. */
const used = () => {
  for (let run = 0; run < 3; run++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

async function filled(count, put) {
  const before = used();
  const ids = [];
  const { pause } = await longestPause(async () => {
    for (let done = 0; done < count; done++) {
      const id = name();
      put(id, text());
      if (done % Math.ceil(count / 1000) === 0) ids.push(id);
      if (done % STEP === 0) await turn();
    }
  });
  return { ids, pause, bytes: (used() - before) / count };
}

async function longestPause(work) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  await turn();
  histogram.enable();
  const result = await work();
  histogram.disable();
  return { result, pause: histogram.max / 1e6 };
}

for (const count of SIZES.length > 0 ? SIZES : [10_000, 100_000, 1_000_000]) {
  let map = new Map();
  const plain = await filled(count, (id, value) => map.set(id, value));
  map = undefined;
  let now = Date.now();
  const clock = { now: () => now };
  const store = new InMemorySessionProvider({ maxRecords: count * 2, maxBytes: '6GiB' }, { clock });
  const filling = await filled(count, (id, value) => store.create(id, value, now + HOUR_MS));
  const { ids, bytes } = filling;
  let turnOf = 0;
  const any = () => ids[(turnOf += 1) % ids.length];
  const costs = await stopwatch({
    load: () => store.load(any()),
    'load and commit': () => {
      const id = any();
      const next = text();
      store.replace(id, store.load(id).text.slice(0, 12), next, now + HOUR_MS);
    },
  });
  now += 2 * HOUR_MS;
  let steps = 0;
  const sweeping = await longestPause(async () => {
    const before = process.cpuUsage();
    for (; (await store.sweep(STEP)) > 0; steps++) await turn();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  console.log(
    `${count} sessions: ${bytes.toFixed(0)} B each (${(bytes / plain.bytes).toFixed(2)} of a Map), load ${costs.load.toFixed(2)} µs, ` +
      `load and commit ${costs['load and commit'].toFixed(2)} µs, sweep ${(sweeping.result / count).toFixed(2)} µs a session in ${steps} steps, ` +
      `longest pause ${filling.pause.toFixed(1)} ms filling (a Map ${plain.pause.toFixed(1)}), ${sweeping.pause.toFixed(1)} ms sweeping`,
  );
  store.close?.();
}

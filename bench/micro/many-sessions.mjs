import { library } from './library.mjs';
import { documentOf, etagIn, newId, randomName, recordMaker } from './records.mjs';
import { stopwatch } from './stopwatch.mjs';
import { longestTurns } from './turns.mjs';

/**
 * One subject of scale.mjs, in a process of its own: `process.send`s what it costs to fill it, to work with it, to sweep it.
 * Started with `--expose-gc`.
 */
const { InMemorySessionProvider } = await library('index.js');
const { subject, count, bytes } = JSON.parse(process.argv[2]);
const A_TURN = 100;
const SWEEP_STEP = 1000;
const HOUR_MS = 3_600_000;
let now = Date.now();
const clock = { now: () => now };

const make = recordMaker(bytes);
const record = (principal = null) => make({ principal, now });
const json = Buffer.from(documentOf(bytes));

class PlainMap {
  #entries = new Map();

  constructor(text) {
    this.text = text;
  }

  put(id) {
    this.#entries.set(id, this.text());
  }

  load(id) {
    return this.#entries.get(id);
  }

  commit(id) {
    this.#entries.get(id);
    this.put(id);
  }

  /** It has no deadlines: whatever is there first goes. */
  sweep(step) {
    let swept = 0;
    for (const id of this.#entries.keys()) {
      if (swept === step) break;
      this.#entries.delete(id);
      swept++;
    }
    return swept;
  }
}

/** @param newPrincipal whose a session is: somebody else each time, or nobody. */
class Ours {
  #provider = new InMemorySessionProvider({ maxRecords: count * 1.25, maxBytes: '16GiB' }, { clock });

  constructor(newPrincipal) {
    this.newPrincipal = newPrincipal;
  }

  put(id) {
    const principal = this.newPrincipal();
    const write = { id, text: record(principal), deadline: now + HOUR_MS };
    if (principal === null) this.#provider.create(id, write.text, write.deadline);
    else this.#provider.admit(write, { principal, whenFull: 'reject' });
  }

  load(id) {
    return this.#provider.load(id);
  }

  commit(id) {
    const { text } = this.#provider.load(id);
    this.#provider.replace(id, etagIn(text), record(this.newPrincipal()), now + HOUR_MS);
  }

  sweep(step) {
    return this.#provider.sweep(step, () => undefined);
  }
}

/** Makes the same texts and keeps none: what is left of a pause is the machine's, and the text's. */
class Nothing extends PlainMap {
  put() {
    this.text();
  }

  sweep() {
    return 0;
  }
}

const SUBJECTS = {
  nothing: () => new Nothing(record),
  'a Map of the JSON alone': () => new PlainMap(() => json.toString('latin1')),
  'a Map of the records': () => new PlainMap(record),
  'ours, anonymous': () => new Ours(() => null),
  'ours, each logged in': () => new Ours(() => `user-${randomName(6)}`),
};

const used = () => {
  for (let run = 0; run < 3; run++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const ids = [];
const before = used();
const store = SUBJECTS[subject]();

function* filling() {
  for (let done = 1; done <= count; done++) {
    const id = newId();
    store.put(id);
    if (done % Math.ceil(count / 50_000) === 0) ids.push(id);
    if (done % A_TURN === 0) yield;
  }
}

function* working() {
  for (let done = 1; done <= 200_000; done++) {
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (done % 5 === 0) store.commit(id);
    else store.load(id);
    if (done % A_TURN === 0) yield;
  }
}

function* sweeping() {
  while (store.sweep(SWEEP_STEP) > 0) yield;
}

const filled = await longestTurns(filling());
const each = (used() - before) / count;
const any = () => ids[Math.floor(Math.random() * ids.length)];
const costs = await stopwatch({
  load: () => void store.load(any()),
  commit: () => void store.commit(any()),
});
const worked = await longestTurns(working());
now += 2 * HOUR_MS;
const cpu = process.cpuUsage();
const swept = await longestTurns(sweeping());
const { user, system } = process.cpuUsage(cpu);
process.send({ each, ...costs, filled, worked, swept, sweep: (user + system) / count });
process.disconnect();

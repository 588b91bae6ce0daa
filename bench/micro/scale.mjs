import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../http/statistics.mjs';
import { ownBuild } from '../own-build.mjs';
import { inEveryRun } from './turns.mjs';

/**
 * `node bench/micro/scale.mjs [--bytes 500] [--rounds 3] [sessions]…`: the memory provider with many sessions, beside a plain `Map` of the
 * same texts: bytes a session, cost of an operation, and the longest turn of the event loop while it fills, works and sweeps, told
 * apart by what took it (turns.mjs). `each run` is what counts on a busy machine: what every round had at the same place. Each subject
 * has a process of its own each round; `nothing` makes the texts and keeps none.
 */
const SUBJECTS = [
  'nothing',
  'a Map of the JSON alone',
  'a Map of the records',
  'ours, anonymous',
  'ours, each logged in',
];
const PHASES = ['filled', 'worked', 'swept'];
const options = {
  bytes: { type: 'string', default: '500' },
  rounds: { type: 'string', default: '3' },
  // Each of them only, such as `--subject 'ours, anonymous'`.
  subject: { type: 'string', multiple: true, default: SUBJECTS },
};
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const sizes = positionals.length > 0 ? positionals.map(Number) : [10_000, 100_000, 1_000_000];
const BENCH_LIB = process.env.BENCH_LIB ?? (await ownBuild());

async function measured(order) {
  const child = fork(join(import.meta.dirname, 'many-sessions.mjs'), [JSON.stringify(order)], {
    execArgv: ['--expose-gc', '--max-old-space-size=12288'],
    env: { ...process.env, BENCH_LIB },
  });
  const [[answer]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return answer;
}

const column = (number, digits = 1) => number.toFixed(digits).padStart(9);
const row = (name, cells) => console.log(`  ${name.padEnd(34)}${cells.join('')}`);
const titles = (names) => names.map((name) => name.padStart(9));

for (const count of sizes) {
  const rounds = Object.fromEntries(values.subject.map((subject) => [subject, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [subject, taken] of Object.entries(rounds))
      taken.push(await measured({ subject, count, bytes: Number(values.bytes) }));

  console.log(`\n${count} sessions of ${String(values.bytes)} B of JSON`);
  row('', titles(['B each', 'load µs', 'commit µs', 'sweep µs']));
  for (const [subject, taken] of Object.entries(rounds)) {
    const cells = ['each', 'load', 'commit', 'sweep'].map((name) => median(taken.map((each) => each[name])));
    row(
      subject,
      cells.map((cell, index) => column(cell, index === 0 ? 0 : 2)),
    );
  }
  row('longest turn, ms', titles(['each run', 'own', 'gc', 'waited', 'wall', 'delay']));
  for (const phase of PHASES)
    for (const [subject, taken] of Object.entries(rounds)) {
      const turns = taken.map((each) => each[phase]);
      const typical = ['own', 'gc', 'waited', 'wall', 'delay'].map((name) =>
        median(turns.map((turn) => turn[name])),
      );
      row(
        `${phase}: ${subject}`,
        [inEveryRun(turns), ...typical].map((cell) => column(cell)),
      );
    }
}

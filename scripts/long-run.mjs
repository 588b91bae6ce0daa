import { register } from 'node:module';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';

/**
 * `npm run laws -- <store> [--programs N] [--operations N] [--minutes N] [--seed N]`: more of what the tests in test/model and
 * test/concurrency do, on a store with a real server of its own. The seed is printed; the same seed draws the same programs and
 * histories. The first violation ends it, with exit code 1.
 */
register('../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { OPEN_STORE } = await import('../test/support/open-store.ts');
const { longRun } = await import('../test/support/long-run.ts');

const EVERY_MS = 10_000;
const options = {
  programs: { type: 'string', default: '50000' },
  operations: { type: 'string', default: '1000000' },
  minutes: { type: 'string', default: 'Infinity' },
  seed: { type: 'string', default: String(Date.now() & 0x7fffffff) },
};
const { values, positionals } = parseArgs({ args: argv.slice(2), options, allowPositionals: true });
const [name = ''] = positionals;
const open = OPEN_STORE[name];

if (!open) {
  console.error(`There is no store "${name}". Choose one of: ${Object.keys(OPEN_STORE).join(', ')}.`);
  process.exitCode = 1;
} else {
  process.exitCode = (await run(await open())) ? 0 : 1;
}

/** Answers whether every law held. */
async function run(store) {
  const plan = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value)]));
  const title = `${name} (${store.engine}), Node ${process.versions.node}, seed ${plan.seed}`;
  console.log(title);
  const began = Date.now();
  let toldAt = began;
  const tally = await longRun(store, plan, (soFar) => {
    if (Date.now() - toldAt < EVERY_MS) return;
    toldAt = Date.now();
    console.log(inWords(soFar, began));
  });
  await store.close();
  if (tally.violation !== undefined) console.error(`\n${tally.violation}`);
  console.log(`\n${title}:\n${inWords(tally, began)}`);
  return tally.violation === undefined;
}

function inWords({ programs, operations, violation }, began) {
  const seconds = Math.round((Date.now() - began) / 1000);
  return `${programs} programs, ${operations} operations, ${violation === undefined ? 0 : 1} violations in ${seconds} s`;
}

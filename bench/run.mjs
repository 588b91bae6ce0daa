import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../scripts/build.mjs';

/**
 * `npm run bench [-- --quick] [--only text,text] [--rounds N] [--beside folder]`: how fast sessions are over real HTTP, ours and
 * those of the peers, as ratios to the same app without sessions. Needs a quiet machine for good figures: the medians stand a
 * noisy one, the spread tells how noisy it was.
 *
 * `--only` takes parts of the names of subjects, platforms and scenarios: `--only ours,bare,read`. `--beside` names the folder of
 * another build of this package, with a `package.json`, which then runs in the same rounds: so a change is judged by one run.
 * Everything, with the default number of rounds, is written to bench/RESULTS.md and bench/results.svg.
 */
const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  rounds: { type: 'string' },
  beside: { type: 'string' },
};
const { values } = parseArgs({ options });

if (await buildIfStale()) {
  register('../test/support/processes/typescript-hooks.mjs', import.meta.url);
  const { benchHttp } = await import('./http/bench.mjs');
  await benchHttp({
    rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
    roundMs: values.quick ? 250 : 500,
    only: values.only.split(',').filter(Boolean),
    beside: values.beside,
    written: !values.quick && values.only === '' && values.beside === undefined,
  });
} else process.exitCode = 1;

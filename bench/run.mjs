import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { ownBuild } from './own-build.mjs';

/**
 * `npm run bench [-- --quick] [--only part]… [--rounds N] [--beside folder]`: how fast sessions are over real HTTP, ours and those of
 * the peers, as ratios to the same app without sessions. Needs a quiet machine for good figures: the medians stand a noisy one, the
 * spread tells how noisy it was.
 *
 * `--only` takes a part of the name of subjects, platforms or scenarios: `--only 'ours, memory' --only reads`. `--beside` takes the
 * folder of another build, which then runs in the same rounds, so that a change is judged by one run; `--lib` one in the place of a new build. A run of everything, with the
 * default number of rounds, is written to bench/RESULTS.md and bench/results.svg.
 */
const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
  rounds: { type: 'string' },
  lib: { type: 'string' },
  beside: { type: 'string' },
};
const { values } = parseArgs({ options });

const lib = values.lib ?? (await ownBuild());

if (lib) {
  register('../test/support/processes/typescript-hooks.mjs', import.meta.url);
  const { benchHttp } = await import('./http/bench.mjs');
  await benchHttp({
    lib,
    rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
    roundMs: values.quick ? 250 : 500,
    only: values.only,
    beside: values.beside,
    written: !values.quick && values.only.length === 0 && values.beside === undefined,
  });
} else process.exitCode = 1;

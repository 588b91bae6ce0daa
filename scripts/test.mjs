import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from './build.mjs';
import { installIfStale } from './install.mjs';
import { bin, root, runNode, samples } from './run.mjs';

/**
 * `npm test` runs every check of the project and counts each as one test beside those of jest; the last line is the sum.
 * `npm test -- unit` (or any argument of jest) runs only the tests that it selects, on what was built last.
 */
const MINUTE_MS = 60_000;
const deadline = Date.now() + 18 * MINUTE_MS;
const selection = process.argv.slice(2);
const report = join(root, '.build/jest.json');

const tool = (name, file, ...args) => [`${name} ${args.join(' ')}`, () => node([bin(name, file), ...args])];

const projects = [
  'tsconfig.json',
  'test/types/tsconfig.json',
  'test/browser/tsconfig.json',
  ...samples.map((name) => `sample/${name}/tsconfig.json`),
];

const checks = [
  ['build', 'lib → dist', async () => ((await build()) ? 0 : 1)],
  ['format', ...tool('prettier', 'bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
  ['lint', ...tool('oxlint', 'bin/oxlint', '--type-aware', '--deny-warnings')],
  ...projects.map((path) => [
    `types of ${dirname(path)}`,
    ...tool('typescript7', 'bin/tsc', '--noEmit', '--project', path),
  ]),
  [
    'types for TypeScript 6',
    ...tool('typescript', 'bin/tsc', '--noEmit', '--project', 'test/types/tsconfig.json'),
  ],
  ['docstrings', ...tool('typedoc', 'bin/typedoc', '--emit', 'none')],
  ['arrows', ...tool('dependency-cruiser', 'bin/dependency-cruise.mjs', 'lib', 'test', 'sample')],
  ['unused', ...tool('knip', 'bin/knip.js')],
  ['package', ...tool('publint', 'src/cli.js', '--strict')],
  [
    'package types',
    ...tool('@arethetypeswrong/cli', 'dist/index.js', '--pack', '.', '--profile', 'esm-only'),
  ],
];

const results = [];

if (await installIfStale()) {
  if (selection.length === 0) for (const [name, what, run] of checks) await check(name, what, run);
  await jest();
} else {
  results.push({ name: 'install', passed: 0, failed: 1, seconds: 0 });
}
summarise();

async function check(name, what, run) {
  const { code, seconds } = await timed(name, what, run);
  results.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, seconds });
}

async function jest() {
  rmSync(report, { force: true });
  mkdirSync(join(root, '.build'), { recursive: true });
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const args = [...flags, bin('jest', 'bin/jest.js'), '--json', '--outputFile', report, ...selection];
  const { code, seconds } = await timed('jest', selection.join(' '), () => node(args));
  results.push({ name: 'jest', ...counts(code), seconds });
}

/** A file that does not even load counts as a failed test, and so does whatever else makes jest fail a run without one. */
function counts(code) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    if (numPendingTests > 0) console.log(`\n${numPendingTests} tests were SKIPPED.`);
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function timed(name, what, run) {
  console.log(`\n── ${name} ── ${what}`);
  const start = Date.now();
  const code = await run();
  const seconds = (Date.now() - start) / 1000;
  console.log(`${code === 0 ? 'ok' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  return { code, seconds };
}

function node(args) {
  return runNode(args, { timeoutMs: Math.max(1, deadline - Date.now()) });
}

function summarise() {
  console.log('\n── summary ──');
  for (const { name, passed, failed, seconds } of results) {
    const outcome = failed === 0 ? 'ok' : 'FAILED';
    console.log(
      `${outcome.padEnd(7)}${name.padEnd(24)}${seconds.toFixed(1).padStart(6)} s  ${passed} passed, ${failed} failed`,
    );
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  process.exitCode = total('failed') === 0 ? 0 : 1;
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
}

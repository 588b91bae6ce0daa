import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { laws } from '../../lib/testing/index.js';
import { DEFAULT_CAPABILITIES } from '../../lib/testing/subject.js';
import { root } from '../meta/project-files.js';
import { PageModules } from '../support/page-modules.js';

const MINUTE_MS = 60_000;
const page = new PageModules('docs/write-a-provider.md', 'runners');

/** How the run of a file of tests ended. */
interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const skipped = laws.filter(({ needs }) => needs.some((need) => !DEFAULT_CAPABILITIES.includes(need))).length;
const ALL_HOLD: Outcome = { passed: laws.length - skipped, failed: 0, skipped };

/** Runs Node in a folder, without what jest has told it, and answers what it printed. */
function printed(folder: string, ...args: readonly string[]): string {
  const env = Object.entries(process.env).filter(([name]) => !/^(NODE_|JEST_|VITEST)/.test(name));
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: Object.fromEntries(env),
    encoding: 'utf8',
    timeout: MINUTE_MS,
  });
  return stdout;
}

/** Each runs the check of the page as a user would, on the package as it was built last. */
const RUNNERS: Readonly<Record<string, (name: string, change?: (text: string) => string) => Outcome>> = {
  'node:test': (name, change) => {
    const folder = page.write(`node-test/${name}`, change);
    const loader = join(root, 'test/support/processes/typescript.mjs');
    const file = page.fileWith('describeLaws');
    const report = printed(folder, '--import', loader, '--test-reporter', 'tap', file);
    const count = (what: string): number => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(report)?.[1]);
    return { passed: count('pass'), failed: count('fail'), skipped: count('skipped') };
  },
  vitest: (name, change = (text) => text) => {
    const folder = page.write(`vitest/${name}`, (text) => change(text.replace("'node:test'", "'vitest'")));
    const include = [page.fileWith('describeLaws')];
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      `export default ${JSON.stringify({ test: { include } })};`,
    );
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const report = printed(folder, vitest, 'run', '--reporter', 'json');
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(report) as Record<string, number>;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, skipped: numPendingTests ?? 0 };
  },
};

/** A provider that keeps what it was told to end. */
const forgetsTheEnd = (text: string): string =>
  text.replace('if (!this.#record(id)) return false;', "if (!this.#record(id) || id !== '') return true;");

describe.each(Object.entries(RUNNERS))('the laws under %s', (_, run) => {
  it(
    'all hold for the provider that the docs show',
    () => {
      expect(run('shown')).toEqual(ALL_HOLD);
    },
    2 * MINUTE_MS,
  );

  it(
    'fail for one that ends no session',
    () => {
      const { passed, failed } = run('broken', forgetsTheEnd);
      expect(failed).toBeGreaterThan(3);
      expect(passed + failed).toBe(ALL_HOLD.passed);
    },
    2 * MINUTE_MS,
  );
});

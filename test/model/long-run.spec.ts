import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { twins } from '../../lib/testing/index.js';
import { root } from '../meta/project-files.js';
import { longRun, type LongRunTally } from '../support/long-run.js';
import { OPEN_STORE, type OpenStore } from '../support/open-store.js';

/** A short one; `npm run laws` knows no end but the one it is given. */
const PLAN = { seed: 1, programs: 100, operations: 640, minutes: 10 };

function broken(name: string): OpenStore {
  const twin = twins.find((candidate) => candidate.name === name);
  if (!twin) throw new Error(`There is no twin "${name}".`);
  const make = () => twin.subject().with({ policy: { operationTimeout: 20_000 } });
  return { engine: name, paced: true, make, close: () => undefined };
}

const memory = (): OpenStore => OPEN_STORE['memory']?.() as OpenStore;

const npmRunLaws = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/long-run.mjs', ...args], { cwd: root, encoding: 'utf8' });

describe('a long run', () => {
  it('ends at a program that differs from the model, and says how to see it again', async () => {
    const { violation } = await longRun(broken('an end that does nothing'), { ...PLAN, programs: 20_000 });
    expect(violation).toMatch(/^PROGRAM_SEED=\d+, after \d+ programs/);
  });

  it('ends at a history that breaks a law, and says its seed', async () => {
    const { violation } = await longRun(broken('check, then set'), {
      ...PLAN,
      programs: 0,
      operations: 6400,
    });
    expect(violation).toMatch(
      /^{"seed":\d+,"end":(true|false),"lifecycle":(true|false),"paced":true}\n.*History with seed/,
    );
  });

  it('does a hundredth of both at a time', async () => {
    const told: LongRunTally[] = [];
    await longRun(memory(), PLAN, (tally) => told.push(tally));
    expect(told).toHaveLength(100);
    expect(told.map(({ programs }) => programs)).toEqual(told.map((_, index) => index + 1));
    expect(told[49]?.operations).toBeLessThan(0.6 * PLAN.operations);
  });

  it('does no more once its time is over', async () => {
    expect(await longRun(memory(), { ...PLAN, minutes: 0 })).toEqual({ programs: 0, operations: 0 });
  });
});

describe('the command for a long run', () => {
  it('says what it has checked, on what, with which seed', () => {
    const args = ['memory', '--programs', '20', '--operations', '640', '--seed', '7'];
    const { status, stdout } = npmRunLaws(...args);
    expect(stdout).toContain(`memory (memory of the process), Node ${process.versions.node}, seed 7:`);
    expect(stdout).toMatch(/20 programs, 640 operations, 0 violations in \d+ s/);
    expect(status).toBe(0);
  });

  it('names the stores that there are', () => {
    const { status, stderr } = npmRunLaws('redsi');
    expect(stderr).toContain('Choose one of: memory, sqlite, redis, redis-cluster, postgres.');
    expect(status).toBe(1);
  });
});

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { filesEnding, root } from './project-files.js';

const FIXTURES = 'test/meta/fixtures/rejections';

function runFixture(name: string): { failed: boolean; output: string } {
  const jest = 'node_modules/jest/bin/jest.js';
  const pattern = ['--testMatch', `**/${FIXTURES}/${name}`, '--runInBand'];
  const run = spawnSync(process.execPath, ['--experimental-vm-modules', jest, ...pattern], {
    cwd: root,
    encoding: 'utf8',
  });
  return { failed: run.status !== 0, output: run.stdout + run.stderr };
}

describe('a promise that is rejected and handled by nobody', () => {
  it.each(['while-loading', 'inside-a-test', 'in-the-last-hook', 'after-the-last-test'])(
    'fails the whole run: %s',
    (name) => {
      const { failed, output } = runFixture(`${name}.fixture.ts`);
      expect(output).toContain(name.replaceAll('-', ' '));
      expect(failed).toBe(true);
    },
  );

  it('is what fails it: the same run passes when somebody handles the rejection', () => {
    expect(runFixture('handled.fixture.ts')).toMatchObject({ failed: false });
    expect(filesEnding(FIXTURES, '.fixture.ts')).toHaveLength(5);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ChildProgram } from '../support/processes/child-program.js';
import type { ListeningTask } from '../support/processes/throwing-listener.js';

/** In a process of its own: what a listener throws is an uncaught exception there, by which jest would fail this test. */
async function logoutWhile(listens: ListeningTask['listens']): Promise<readonly string[]> {
  const program = ChildProgram.start('throwing-listener.ts', { listens } satisfies ListeningTask);
  await program.finished();
  return program.lines;
}

describe('A14 a listener that throws at a logout', () => {
  it('keeps no session alive, fails no request, and is reported by Node', async () => {
    expect(await logoutWhile('channel')).toEqual(['ended', 'dead', 'A listener failed.']);
  });
});

describe('A14, unprotected', () => {
  it('keeps a session alive where it is called before the end, on the stack of the caller', async () => {
    expect(await logoutWhile('hook')).toEqual(['failed', 'alive', 'nothing']);
  });
});

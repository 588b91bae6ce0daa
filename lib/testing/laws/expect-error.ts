import assert from 'node:assert/strict';
import type { SessionErrorCode } from '../../errors/codes.js';
import { SessionError } from '../../errors/session-error.js';

/** Asserts that `task` rejects with an error of this library with this code; answers it. */
export async function expectError(code: SessionErrorCode, task: Promise<unknown>): Promise<SessionError> {
  const error: unknown = await task.then(
    () => assert.fail(`expected ${code}, but it succeeded`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SessionError)) throw error;
  assert.equal(error.code, code);
  return error;
}

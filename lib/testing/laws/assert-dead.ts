import assert from 'node:assert/strict';
import type { PlantedSession, Subject } from '../subject.js';

/** Asserts that no process finds the session, by its id or by its token. */
export async function assertDead(subject: Subject, { id, token }: PlantedSession): Promise<void> {
  for (const instance of subject.instances) {
    assert.equal(await instance.store.load(id), undefined, 'a load finds a dead session');
    assert.equal(await subject.read(token, instance), undefined, 'the token of a dead session opens it');
  }
}

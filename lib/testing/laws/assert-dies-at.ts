import assert from 'node:assert/strict';
import type { PlantedSession, Subject } from '../subject.js';

/** Asserts that the session lives one millisecond before `instant`, and neither at it nor after it. */
export async function assertDiesAt(
  subject: Subject,
  { id, token }: PlantedSession,
  instant: number,
  { inStore = true }: { readonly inStore?: boolean } = {},
): Promise<void> {
  for (const offset of [-1, 0, 1]) {
    subject.clock.set(instant + offset);
    const lives = offset < 0;
    for (const instance of subject.instances) {
      assert.equal((await instance.manager.find(token)) !== undefined, lives, `at ${offset} ms`);
      if (!inStore) continue;
      const { deadline = -Infinity } = (await instance.store.load(id)) ?? {};
      assert.equal(subject.clock.now() < deadline, lives, `store at ${offset} ms`);
    }
  }
}

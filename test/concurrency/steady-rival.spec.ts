import { describe, expect, it } from '@jest/globals';
import type { ReplaceOutcome } from '../../lib/providers/atomic-session-store.js';
import { etagOf, newEtag } from '../../lib/record/record-text.js';
import { FakeClock, PlainStore, Subject } from '../../lib/testing/index.js';

/** The first retries go at once, and this many commits are lost before there is a wait. */
const LOST_AT_ONCE = 4;

/** A store over which another process commits all the time: in the way of the first tries, and during each wait after that. */
class RivalledStore extends PlainStore {
  replaces = 0;

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    if (++this.replaces <= LOST_AT_ONCE) this.#rival(id);
    const outcome = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (outcome !== 'ok') setImmediate(() => this.#rival(id));
    return outcome;
  }

  #rival(id: string): void {
    const { text, deadline } = this.records.get(id) ?? { text: '', deadline: 0 };
    const etag = etagOf(text);
    void super.replace(id, etag, newEtag() + text.slice(etag.length), deadline);
  }
}

describe('a commit beside somebody who writes all the time', () => {
  it('gets its turn: after a wait it starts from what is there by then', async () => {
    const clock = new FakeClock();
    const store = new RivalledStore(clock);
    const subject = new Subject({ clock, store });
    const { token } = await subject.begin({ a: 1 });
    await (await subject.open(token)).session.set('a', 2).save();
    expect(await subject.read(token)).toEqual({ a: 2 });
    expect(store.replaces).toBe(LOST_AT_ONCE + 1);
  });
});

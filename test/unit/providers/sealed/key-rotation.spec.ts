import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../../lib/credentials/nonce.js';
import { RecordSeal } from '../../../../lib/providers/sealed/record-seal.js';
import { SealedWorld } from '../../../support/sealed-world.js';

const [first, second] = [newNonce(), newNonce()];
const older = new RecordSeal([first]);
/** The second step: the new key is known everywhere, and seals nowhere yet. */
const known = new RecordSeal([first, second]);
const inFront = new RecordSeal([second, first]);
const alone = new RecordSeal([second]);

describe('the rotation of a key', () => {
  it('logs nobody out', async () => {
    const world = new SealedWorld(older);
    const session = await world.subject.begin({ user: 'Ada' });
    for (const step of [known, inFront]) {
      expect(await world.under(step).read(session.token)).toEqual({ user: 'Ada' });
    }
    await world.change(session, 'seen', 1, world.under(inFront));
    expect(await world.under(alone).read(session.token)).toEqual({ user: 'Ada', seen: 1 });
  });

  it('lets instances of two neighbouring steps work on one session', async () => {
    for (const [behind, ahead] of [
      [older, known],
      [known, inFront],
    ] as const) {
      const world = new SealedWorld(behind);
      const session = await world.subject.begin({ count: 0 });
      for (let count = 1; count <= 4; count++) {
        const [writer, reader] = count % 2 === 0 ? [behind, ahead] : [ahead, behind];
        await world.change(session, 'count', count, world.under(writer));
        expect(await world.under(reader).read(session.token)).toEqual({ count });
      }
    }
  });

  it('seals a record with the first key at its next commit, and not by a touch', async () => {
    const world = new SealedWorld(older);
    const { id, token } = await world.subject.begin({ user: 'Ada' });
    const before = world.stored(id).text;
    const instance = world.under(inFront);
    world.subject.clock.advance(5 * 60_000);
    await (await instance.open(token)).finish();
    await instance.drain();
    expect(world.stored(id).text).toBe(before);
    await world.change({ id, token }, 'seen', 1, instance);
    expect(alone.open(id, before)).toBeUndefined();
    expect(alone.open(id, world.stored(id).text)).toContain('Ada');
  });

  it('ends with the old key out, and the records that were never written again absent', async () => {
    const world = new SealedWorld(older);
    const session = await world.subject.begin({ user: 'Ada' });
    expect(await world.under(alone).read(session.token)).toBeUndefined();
  });

  it('is undone by putting the old key back', async () => {
    const world = new SealedWorld(older);
    const session = await world.subject.begin({ user: 'Ada' });
    await world.under(alone).read(session.token);
    expect(await world.under(inFront).read(session.token)).toEqual({ user: 'Ada' });
  });
});

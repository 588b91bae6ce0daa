import { describe, expect, it } from '@jest/globals';
import { newMeta } from '../../../lib/record/meta.js';
import type { Rewrite } from '../../../lib/session/commit-loop.js';
import type { LiveRecord } from '../../../lib/session/live-record.js';
import { LoginDetector } from '../../../lib/session/login-detector.js';

const META = newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 });
const MINTED = { token: 'token', digest: 'n'.repeat(43) };

/** A record with these segments; the body is not looked at. */
const holding = (segments: Readonly<Record<string, string>>): LiveRecord => ({
  id: 'id',
  record: { etag: 'etag', meta: META, body: '' } as LiveRecord['record'],
  segments: new Map(Object.entries(segments)),
  deadline: 1060,
});

const writing =
  (segments: Readonly<Record<string, string>>): Rewrite =>
  () => ({ meta: META, segments: new Map(Object.entries(segments)) });

describe('a commit that is watched for a login', () => {
  it.each([
    ['the user comes', {}, { user: '"ada"' }, true],
    ['another user comes', { user: '"ada"' }, { user: '"bob"' }, true],
    ['the user stays', { user: '"ada"' }, { user: '"ada"', cart: '[]' }, false],
    ['the user goes', { user: '"ada"' }, {}, false],
    ['another key changes', {}, { cart: '[]' }, false],
  ])('%s', async (_, before, after, seen) => {
    const detector = new LoginDetector('user', () => MINTED);
    const rewritten = await detector.watch(writing(after))(holding(before));
    expect(detector.seen).toBe(seen);
    expect(detector.minted).toEqual(seen ? MINTED : undefined);
    expect(rewritten?.meta).toMatchObject(
      seen ? { digest: MINTED.digest, epoch: 1, previousDigest: null } : { digest: META.digest, epoch: 0 },
    );
  });

  it('keeps its token where a login is only to be warned about', async () => {
    const detector = new LoginDetector('user', undefined);
    const rewritten = await detector.watch(writing({ user: '"ada"' }))(holding({}));
    expect([detector.seen, detector.minted, rewritten?.meta.digest]).toEqual([true, undefined, META.digest]);
  });

  it('writes nothing where the commit has nothing to write', async () => {
    const detector = new LoginDetector('user', () => MINTED);
    expect(await detector.watch(() => undefined)(holding({ user: '"ada"' }))).toBeUndefined();
    expect(detector.seen).toBe(false);
  });

  it('counts by the run that was committed, and mints once however often it runs', async () => {
    let mints = 0;
    const detector = new LoginDetector('user', () => {
      mints += 1;
      return MINTED;
    });
    const rewrite = detector.watch(writing({ user: '"ada"' }));
    await rewrite(holding({}));
    await rewrite(holding({}));
    expect(mints).toBe(1);
    await rewrite(holding({ user: '"ada"' }));
    expect(detector.seen).toBe(false);
  });
});

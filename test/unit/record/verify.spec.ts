import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lib/credentials/token.js';
import { newMeta } from '../../../lib/record/meta.js';
import { opens, type SecretStanding, shortDigest, standingOf } from '../../../lib/record/verify.js';

const NOW = 1000;
const META = newMeta({ digest: digestOf('current'), now: NOW, idleTimeout: 60, absoluteTimeout: 600 });

describe('a secret', () => {
  it('opens the record that has its digest, and no other', () => {
    expect(['current', 'other', '', META.digest].map((secret) => opens(META, secret, NOW))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('from before a rotation opens it until its grace is over', () => {
    const rotated = { ...META, previousDigest: digestOf('previous'), graceUntil: NOW + 10 };
    expect([9, 10].map((ms) => opens(rotated, 'previous', NOW + ms))).toEqual([true, false]);
    expect(opens(rotated, 'current', NOW + 10)).toBe(true);
  });

  it('from before a privilege change never opens it', () => {
    expect(opens({ ...META, previousDigest: null, graceUntil: NOW + 10 }, 'previous', NOW)).toBe(false);
  });
});

describe('how a secret stands to a session that was rotated', () => {
  const rotated = (confirmed: boolean) => ({
    ...META,
    previousDigest: digestOf('previous'),
    graceUntil: NOW + 10,
    rotation: { issuedAt: NOW, confirmed, retired: [shortDigest(digestOf('older'))] },
  });

  it.each<[secret: string, confirmed: boolean, ms: number, standing: SecretStanding]>([
    ['current', false, 0, 'current'],
    ['current', true, 99, 'current'],
    ['previous', false, 9, 'previous'],
    ['previous', true, 9, 'previous'],
    ['previous', false, 10, 'stranded'],
    ['previous', true, 10, 'retired'],
    ['older', false, 9, 'retired'],
    ['older', true, 9, 'retired'],
    ['older', false, 10, 'retired'],
    ['older', true, 10, 'retired'],
    ['somebody else’s', true, 0, 'unknown'],
    ['', true, 0, 'unknown'],
  ])('%s, successor confirmed: %p, %p ms into the grace of 10: %s', (secret, confirmed, ms, standing) => {
    const meta = rotated(confirmed);
    expect(standingOf(meta, secret, NOW + ms)).toBe(standing);
    expect(opens(meta, secret, NOW + ms)).toBe(!['retired', 'unknown'].includes(standing));
  });

  it('is unknown for what a store holds: a digest, or the short one of a retired token', () => {
    const meta = rotated(true);
    for (const held of [meta.digest, meta.previousDigest, ...meta.rotation.retired]) {
      expect(standingOf(meta, held, NOW)).toBe('unknown');
    }
  });
});

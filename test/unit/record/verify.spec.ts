import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lib/credentials/token.js';
import { newMeta } from '../../../lib/record/meta.js';
import { opens } from '../../../lib/record/verify.js';

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

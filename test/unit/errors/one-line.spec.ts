import { describe, expect, it } from '@jest/globals';
import { oneLine, quotedKey } from '../../../lib/errors/one-line.js';

describe('oneLine', () => {
  it('leaves ordinary text as it is', () => {
    expect(oneLine('GET /caf\u00e9 — "ok"')).toBe('GET /caf\u00e9 — "ok"');
  });

  it.each(['\n', '\r', '\0', '\t', '\u001b', '\u007f', '\u0085', '\u009b', '\u2028', '\u2029'])(
    'shows what would break a line or steer a terminal: %j',
    (character) => {
      expect(oneLine(`a${character}b`)).toMatch(/^a\\u[0-9a-f]{4}b$/);
    },
  );
});

describe('quotedKey', () => {
  it('puts a key into quotes that it cannot close', () => {
    expect(quotedKey('cart.0.when')).toBe('"cart.0.when"');
    expect(quotedKey('a" at "b')).toBe(String.raw`"a\" at \"b"`);
    expect(quotedKey('a\nb\u009b')).toBe(String.raw`"a\nb\u009b"`);
  });

  it('cuts off after a hundred characters', () => {
    expect(quotedKey('k'.repeat(100))).toBe(`"${'k'.repeat(100)}"`);
    expect(quotedKey('k'.repeat(101))).toBe(`"${'k'.repeat(100)}…"`);
  });
});

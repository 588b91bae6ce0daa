import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Xaes256Gcm } from '../../../../lib/providers/sealed/xaes-256-gcm.js';

const cipherOf = (byte: number): Xaes256Gcm => new Xaes256Gcm(createSecretKey(Buffer.alloc(32, byte)));

describe('XAES-256-GCM', () => {
  /** The vectors of the specification: one where doubling the subkey carries, one where it does not. */
  it.each([
    [1, '', 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271'],
    [3, 'c2sp.org/XAES-256-GCM', '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d'],
  ])('opens what the specification sealed under a key of bytes %i', (byte, additionalData, sealed) => {
    const message = Buffer.concat([Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX'), Buffer.from(sealed, 'hex')]);
    expect(cipherOf(byte).open(message, additionalData)).toBe('XAES-256-GCM');
  });

  it('opens what it sealed, whatever the text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, (plaintext, additionalData) => {
        const sealed = cipherOf(1).seal(plaintext, additionalData);
        expect(cipherOf(1).open(sealed, additionalData)).toBe(plaintext);
      }),
    );
  });

  it('never seals the same text twice in the same way', () => {
    const seals = Array.from({ length: 100 }, () => cipherOf(1).seal('same', 'data').toString('hex'));
    expect(new Set(seals.map((seal) => seal.slice(0, 48))).size).toBe(100);
    expect(new Set(seals.map((seal) => seal.slice(48))).size).toBe(100);
  });

  it('does not open another key, other additional data, or half a message', () => {
    const sealed = cipherOf(1).seal('text', 'data');
    expect(cipherOf(2).open(sealed, 'data')).toBeUndefined();
    expect(cipherOf(1).open(sealed, 'date')).toBeUndefined();
    for (let length = 0; length < sealed.length; length++)
      expect(cipherOf(1).open(sealed.subarray(0, length), 'data')).toBeUndefined();
  });
});

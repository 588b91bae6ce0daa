import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;

/**
 * A key of 256 bits for one purpose, derived from a secret of the app (HKDF-SHA-256, RFC 5869). Keys of two purposes have nothing to do
 * with each other, though both come from the same secret (ATTACKS A45).
 *
 * A KeyObject and no buffer: Node 24 takes several times as long for each use of a buffer, and a KeyObject is never printed.
 *
 * @param secret checked before: at least 32 random bytes.
 * @param purpose what the key is for, and the version of its format, such as `session-token/1`. No two uses may share one.
 */
export const derivedKey = (secret: string, purpose: string): KeyObject =>
  createSecretKey(derivedBytes(secret, purpose, KEY_BYTES));

/** Bytes that are no key, such as the public name of one. They tell nothing about a secret that cannot be guessed. */
export const derivedBytes = (secret: string, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `nestjs-sessions ${purpose}`, length));

import { digestOf, sameDigest } from '../credentials/token.js';
import type { RecordMeta } from './meta.js';

/**
 * Whether `secret` opens the record at `now`: it is the current secret, or the one before the last rotation while its grace runs.
 * Both comparisons take constant time.
 */
export function opens(meta: RecordMeta, secret: string, now: number): boolean {
  const digest = digestOf(secret);
  if (sameDigest(meta.digest, digest)) return true;
  return meta.previousDigest !== null && now < meta.graceUntil && sameDigest(meta.previousDigest, digest);
}

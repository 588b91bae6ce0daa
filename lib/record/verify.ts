import { digestOf, sameDigest } from '../credentials/token.js';
import type { RecordMeta } from './meta.js';

/**
 * What a secret is to a record.
 *
 * | answer     | the secret                                                                        | opens |
 * |------------|-----------------------------------------------------------------------------------|-------|
 * | `current`  | is the one that was issued last                                                   | yes   |
 * | `previous` | was rotated away a moment ago; its grace runs, for requests that were under way   | yes   |
 * | `stranded` | was rotated away, and its successor never came back: the client did not get it    | yes   |
 * | `retired`  | was rotated away, its grace is over, and its successor is in use: a sign of theft | no    |
 * | `unknown`  | is none of the session's                                                          | no    |
 */
export type SecretStanding = 'current' | 'previous' | 'stranded' | 'retired' | 'unknown';

/** Every comparison with a whole digest takes constant time. */
export function standingOf(meta: RecordMeta, secret: string, now: number): SecretStanding {
  const digest = digestOf(secret);
  if (sameDigest(meta.digest, digest)) return 'current';
  if (meta.previousDigest !== null && sameDigest(meta.previousDigest, digest)) {
    if (now < meta.graceUntil) return 'previous';
    return meta.rotation.confirmed ? 'retired' : 'stranded';
  }
  return meta.rotation.retired.includes(shortDigest(digest)) ? 'retired' : 'unknown';
}

/** Whether `secret` opens the record at `now`. */
export function opens(meta: RecordMeta, secret: string, now: number): boolean {
  const standing = standingOf(meta, secret, now);
  return standing !== 'unknown' && standing !== 'retired';
}

const SHORT_DIGEST_LENGTH = 11;

/** 66 bits of a digest: nobody guesses a secret that hits it, and no secret can be told from it. */
export const shortDigest = (digest: string): string => digest.slice(0, SHORT_DIGEST_LENGTH);

import { digestOf } from '../credentials/token.js';
import { idleTimeoutOf } from './lifetime.js';
import { issued, type LoginFacts, type RecordMeta, type SessionOverrides } from './meta.js';
import { shortDigest } from './verify.js';

/** That a session was seen by a commit. */
export interface Sighting {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The idle timeout of today's policy, in milliseconds. */
  readonly idleTimeout: number;
  /** The digest of the token that the client presented; empty when it brought none. Its coming back confirms a rotation. */
  readonly presented?: string;
}

/** The session was seen: nothing else changes (a touch that had something to write). */
export const seen = (meta: RecordMeta, { at, idleTimeout, presented }: Sighting): RecordMeta => ({
  ...meta,
  seenAt: Math.max(meta.seenAt, at),
  idleTimeout: idleTimeoutOf(meta, idleTimeout),
  rotation:
    meta.rotation.confirmed || meta.digest !== presented
      ? meta.rotation
      : { ...meta.rotation, confirmed: true },
});

/** What a commit of data does: it counts. Token, epoch, principal and absolute deadline stay (laws C6, C7). */
export const counted = (meta: RecordMeta): RecordMeta => ({ ...meta, version: meta.version + 1 });

/** Law R1: a new token and a new epoch, so that whatever was loaded before can neither be presented nor committed. */
export const regenerated = (meta: RecordMeta, digest: string, at: number): RecordMeta => ({
  ...meta,
  digest,
  previousDigest: null,
  graceUntil: 0,
  epoch: meta.epoch + 1,
  rotation: issued(at),
});

/** A retired token is known again for this many rotations. */
const MAX_RETIRED = 8;

/** How a token is rotated away. */
export interface Rotation {
  readonly digest: string;
  readonly at: number;
  /** For how long the token before is still accepted, in milliseconds. */
  readonly grace: number;
}

/**
 * Law R2: a new token at the same privilege. The one before is accepted while its grace runs, and after it until the new one is
 * first presented, so that a lost response logs nobody out. A successor that nobody ever presented is forgotten; so is a token whose
 * grace still ran, because a request that comes with it may be no thief's, but late.
 */
export function rotated(meta: RecordMeta, { digest, at, grace }: Rotation): RecordMeta {
  const { previousDigest, graceUntil, rotation } = meta;
  const retired =
    rotation.confirmed && previousDigest !== null && at >= graceUntil
      ? [...rotation.retired, shortDigest(previousDigest)].slice(-MAX_RETIRED)
      : rotation.retired;
  return {
    ...meta,
    digest,
    previousDigest: rotation.confirmed ? meta.digest : previousDigest,
    graceUntil: at + grace,
    rotation: { issuedAt: at, confirmed: false, retired },
  };
}

/** How a session came here from another library. */
export interface Move {
  /** What its client held there, in the form of a token's secret. */
  readonly secret: string;
  /** For how long that is accepted whatever happens, in milliseconds. */
  readonly grace: number;
  /** Whether its cookie was to outlive the browser. */
  readonly persistent: boolean;
}

/**
 * As if the client's former credential had just been rotated away: good for what is under way, and until the new token comes back. Its
 * values are from before the app counted their versions.
 */
export function movedHere(meta: RecordMeta, { secret, grace, persistent }: Move): RecordMeta {
  const { schemaVersion: _, ...uncounted } = meta;
  return {
    ...uncounted,
    previousDigest: digestOf(secret),
    graceUntil: meta.createdAt + grace,
    rotation: { ...meta.rotation, confirmed: false },
    overrides: persistent ? { ...meta.overrides, persistent } : meta.overrides,
  };
}

/** Who logs in, and until when. */
export interface Login {
  readonly principal: string;
  readonly facts: LoginFacts;
  readonly absoluteAt: number;
  readonly overrides: SessionOverrides;
}

/** A login is the only thing that moves the absolute deadline. */
export const loggedIn = (
  meta: RecordMeta,
  { principal, facts, absoluteAt, overrides }: Login,
): RecordMeta => ({
  ...meta,
  principal,
  login: facts,
  absoluteAt,
  overrides,
});

import { hash, randomFillSync, timingSafeEqual } from 'node:crypto';

/**
 * A token is `id.secret`: the id names the record, is public and safe to log; the secret proves possession and is never stored,
 * logged or shown. The id never holds a dot, so the first dot parts them.
 */
export interface TokenParts {
  readonly id: string;
  readonly secret: string;
}

const ID_BYTES = 16;
const MAX_TOKEN_LENGTH = 1024;
/** 16 random bytes as base64url, or an id that a wrapped provider assigned: the same alphabet, `~` in the place of dots. */
const ID = /^[A-Za-z0-9_-]{16,}(?:~[A-Za-z0-9_-]+)*$/;
const SECRET = /^[A-Za-z0-9_.~-]{16,512}$/;

/** A new public id: 128 random bits, 22 characters of base64url. A failing random source throws; there is no fallback. */
export const newSessionId = (): string => randomFillSync(Buffer.allocUnsafe(ID_BYTES)).toString('base64url');

export const isSecret = (value: unknown): value is string => typeof value === 'string' && SECRET.test(value);

export const isSessionId = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH && ID.test(value);

export const joinToken = ({ id, secret }: TokenParts): string => `${id}.${secret}`;

/**
 * Parts a token that a client presented. Answers `undefined` for anything outside the grammar, so that nothing else ever reaches
 * a store: paths, wildcards, quotes, control characters and oversized input end here (ATTACKS A42).
 */
export function splitToken(token: string): TokenParts | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const dot = token.indexOf('.');
  if (dot < 0) return undefined;
  const id = token.slice(0, dot);
  const secret = token.slice(dot + 1);
  return isSessionId(id) && isSecret(secret) ? { id, secret } : undefined;
}

/**
 * What a store keeps of a secret. A fast hash is enough: a secret already has 128 random bits or more, there is nothing to guess.
 */
export const digestOf = (secret: string): string => hash('sha256', secret, 'base64url');

/** Compares two digests in constant time. */
export const sameDigest = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1'));

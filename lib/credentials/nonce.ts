import { randomFillSync } from 'node:crypto';

const BYTES = 32;

/**
 * 32 bytes as canonical base64url, the source of a regular expression: 42 characters and a last one that carries four bits, so one
 * of these 16 (RFC 4648 3.5). Any other last character would be a second spelling of the same bytes.
 */
export const CANONICAL_32_BYTES = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';

/** 256 random bits, 43 characters of base64url. A failing random source throws; there is no fallback. */
export const newNonce = (): string => randomFillSync(Buffer.allocUnsafe(BYTES)).toString('base64url');

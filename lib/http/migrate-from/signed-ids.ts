import { createHmac, timingSafeEqual } from 'node:crypto';
import { readCookie } from '../cookie/read-cookie.js';

/** What the encoded value of such a cookie is made of, and no more than any of them needs. */
const ENCODED = /^[\w.~%+/=:-]{4,1024}$/;
/** Before the id, always by express-session; by @fastify/session only where it is told to. */
const MARK = 's:';

/**
 * The ids that the raw `Cookie` header holds under `name` in the signed form of express-session, `s:id.signature`, or of
 * @fastify/session, `id.signature`, each once. What carries no good signature is not among them.
 *
 * Signatures are compared in constant time, with every secret: none of them tells by its speed that it was nearly right.
 */
export function signedIds(
  header: string | undefined,
  name: string,
  secrets: readonly string[],
): readonly string[] {
  const values = readCookie(header, name, (value) => ENCODED.test(value));
  return [...new Set(values.map((value) => idIn(value, secrets)).filter((id) => id !== undefined))];
}

function idIn(value: string, secrets: readonly string[]): string | undefined {
  const signed = decoded(value);
  const from = signed.startsWith(MARK) ? MARK.length : 0;
  const dot = signed.lastIndexOf('.');
  if (dot <= from) return undefined;
  const id = signed.slice(from, dot);
  const signature = Buffer.from(signed.slice(dot + 1));
  const good = secrets.filter((secret) => isSame(signature, signatureOf(id, secret)));
  return good.length > 0 ? id : undefined;
}

/** Base64 without its padding, as cookie-signature writes it. */
const signatureOf = (id: string, secret: string): Buffer =>
  Buffer.from(createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, ''));

const isSame = (left: Buffer, right: Buffer): boolean =>
  left.length === right.length && timingSafeEqual(left, right);

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}

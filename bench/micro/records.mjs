import { randomBytes } from 'node:crypto';
import { sessionValues } from '../http/session-values.mjs';
import { library } from './library.mjs';

const [{ encodeRecord, newEtag }, { newMeta }] = await Promise.all(
  ['record/record-text.js', 'record/meta.js'].map(library),
);
const MINUTE_MS = 60_000;
const DEVICE = {
  name: null,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

export const randomName = (bytes) => randomBytes(bytes).toString('base64url');

/** As long as an id of the library, and as random. */
export const newId = () => randomName(16);

/** The JSON of a session as one document, as other libraries keep it. */
export const documentOf = (bytes) => JSON.stringify(sessionValues(bytes));

/**
 * Makes records as the core writes them: of somebody who logged in with a password, or of nobody.
 *
 * V8 keeps each flat and in one byte a character, as a text that came over a wire.
 *
 * @param bytes of JSON, about.
 */
export function recordMaker(bytes) {
  const segments = new Map(
    Object.entries(sessionValues(bytes)).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  return ({ principal = null, now = Date.now(), device = false } = {}) => {
    const digest = randomName(32);
    const meta = newMeta({ digest, now, idleTimeout: 30 * MINUTE_MS, absoluteTimeout: 720 * MINUTE_MS });
    const facts = device ? { ...DEVICE, addressPrefix: '192.0.2.0/24' } : null;
    const login = principal && { authenticatedAt: now, amr: ['pwd'], device: facts };
    const text = encodeRecord(newEtag(), { ...meta, principal, login }, segments);
    return Buffer.from(text, 'latin1').toString('latin1');
  };
}

export const etagIn = (text) => text.slice(0, 12);

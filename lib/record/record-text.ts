import { randomFillSync } from 'node:crypto';
import { decodeMeta, encodeMeta } from './meta-text.js';
import type { RecordMeta } from './meta.js';

/**
 * The text of a record, opaque to a store:
 *
 * ```text
 * etag(12) meta⏎
 * "key"⏎
 * JSON⏎
 * "key"⏎
 * JSON⏎
 * ```
 *
 * `JSON.stringify` never writes a raw line feed, so the lines need no escape. A key is parsed only when it is read, and an
 * unchanged key is carried over as the slice it came in (2 to 25 times less work than one JSON document).
 * The line of a value that JSON does not carry begins with `~` and the name of the codec that wrote it.
 */
export type RecordText = string;

/** The values of a session by key, each as its line: JSON, or the text of a codec behind its mark. */
export type Segments = ReadonlyMap<string, string>;

export interface DecodedRecord {
  readonly etag: string;
  readonly meta: RecordMeta;
  /** The lines after the first; {@link decodeSegments} reads them when somebody asks for a value. */
  readonly body: string;
}

const ETAG_LENGTH = 12;
const ETAG_BYTES = 9;

/** A fresh random etag. Random, not counted: a commit that is sent twice after a reconnect is told apart from another's. */
export const newEtag = (): string => randomFillSync(Buffer.allocUnsafe(ETAG_BYTES)).toString('base64url');

/** The etag of a record's text, without decoding the rest. */
export const etagOf = (text: RecordText): string => text.slice(0, ETAG_LENGTH);

export function encodeRecord(etag: string, meta: RecordMeta, segments: Segments): RecordText {
  let text = `${etag}${encodeMeta(meta)}\n`;
  for (const [key, json] of segments) text += `${JSON.stringify(key)}\n${json}\n`;
  return text;
}

/** Answers `undefined` for a text that is corrupt, foreign or of a later format: such a record counts as absent. */
export function decodeRecord(text: RecordText): DecodedRecord | undefined {
  const end = text.indexOf('\n');
  if (end < ETAG_LENGTH) return undefined;
  const meta = decodeMeta(text.slice(ETAG_LENGTH, end));
  return meta && { etag: etagOf(text), meta, body: text.slice(end + 1) };
}

/** Splits the body into keys and their JSON, without parsing a value. Answers `undefined` when the body is damaged. */
export function decodeSegments(body: string): Map<string, string> | undefined {
  const segments = new Map<string, string>();
  let position = 0;
  while (position < body.length) {
    const keyEnd = body.indexOf('\n', position);
    const valueEnd = keyEnd < 0 ? -1 : body.indexOf('\n', keyEnd + 1);
    if (valueEnd < 0) return undefined;
    const key = decodeKey(body.slice(position, keyEnd));
    if (key === undefined) return undefined;
    segments.set(key, body.slice(keyEnd + 1, valueEnd));
    position = valueEnd + 1;
  }
  return segments;
}

function decodeKey(line: string): string | undefined {
  if (line.length < 2 || line[0] !== '"' || line.at(-1) !== '"') return undefined;
  if (!line.includes('\\')) return line.slice(1, -1);
  try {
    const key: unknown = JSON.parse(line);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whose session a record is, for a store that treats anonymous records otherwise; `null` when nobody has logged in. */
export const principalOf = (text: RecordText): string | null => decodeRecord(text)?.meta.principal ?? null;

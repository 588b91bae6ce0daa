import type { RecordMeta } from '../../record/meta.js';
import { decodeRecord, decodeSegments, encodeRecord, type Segments } from '../../record/record-text.js';

/** The meta of a record's text. */
export const metaIn = (text: string): RecordMeta | undefined => decodeRecord(text)?.meta;

/** The values of a record's text; none when it is no record. */
export const segmentsIn = (text: string): Segments =>
  decodeSegments(decodeRecord(text)?.body ?? '') ?? new Map();

/** The same record with other values. What is no record stays as it is. */
export function withSegments(text: string, segments: Iterable<readonly [string, string]>): string {
  const record = decodeRecord(text);
  return record ? encodeRecord(record.etag, record.meta, new Map(segments)) : text;
}

/** The same record with another meta. What is no record stays as it is. */
export function withMeta(text: string, edit: (meta: RecordMeta) => Partial<RecordMeta>): string {
  const record = decodeRecord(text);
  return record
    ? encodeRecord(record.etag, { ...record.meta, ...edit(record.meta) }, segmentsIn(text))
    : text;
}

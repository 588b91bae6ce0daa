import { newMeta } from '../../lib/record/meta.js';
import { decodeRecord, decodeSegments, encodeRecord, newEtag } from '../../lib/record/record-text.js';

export interface SampleRecord {
  readonly etag?: string;
  readonly principal?: string | null;
  /** When the principal logged in; absent where nobody asks for it. */
  readonly authenticatedAt?: number;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The text of a record as the core would write it. */
export function sampleRecord({
  etag = newEtag(),
  principal = null,
  authenticatedAt,
  values = {},
}: SampleRecord = {}): string {
  const meta = newMeta({
    digest: 'd'.repeat(43),
    now: 0,
    idleTimeout: 1_800_000,
    absoluteTimeout: 43_200_000,
  });
  const segments = new Map(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]));
  const login = authenticatedAt === undefined ? null : { authenticatedAt, amr: [], device: null };
  return encodeRecord(etag, { ...meta, principal, login }, segments);
}

/** The values in the text of a record; `undefined` when it holds none that can be read. */
export function valuesIn(text: string | undefined): Record<string, unknown> | undefined {
  const segments = decodeSegments(decodeRecord(text ?? '')?.body ?? '"damaged');
  return (
    segments && Object.fromEntries([...segments].map(([key, json]) => [key, JSON.parse(json) as unknown]))
  );
}

import type { RecordMeta } from '../../record/meta.js';
import { decodeMeta, encodeMeta } from '../../record/meta-text.js';
import { decodeRecord, decodeSegments, encodeRecord, type Segments } from '../../record/record-text.js';
import { CODEC_MARK } from '../../record/value-codec.js';
import type { StoredRecord } from '../atomic-session-store.js';
import { isSealedBody } from '../sealed/sealed-body.js';
import type { SessionValueRecord } from '../session-provider.js';

/** The key beside the user's values under which the wrapped provider keeps what we need to know about the record. */
export const METADATA_KEY = '__session';

/** A user's key of one of these names gets a `~` in front, and a key that already has one gets one more. */
const RESERVED = /^~*(?:__session|__proto__)$/;

/** A record in a wrapped provider: what stands under {@link METADATA_KEY}, and the line of each value beside it. */
export interface InnerRecord {
  readonly etag: string;
  readonly meta: RecordMeta;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly segments: Segments;
  /** All values as one text, where they are encrypted: it travels in the metadata, and there are no segments. Empty elsewhere. */
  readonly sealed?: string | undefined;
}

/** What {@link METADATA_KEY} holds. Any other value there is foreign. */
interface Metadata {
  readonly etag: string;
  readonly meta: string;
  readonly deadline: number;
  readonly sealed?: string | undefined;
  /** The lines of values that only a codec reads: the class behind would take them for texts of the user. */
  readonly coded?: readonly CodedLine[] | undefined;
}

type CodedLine = readonly [key: string, line: string];

const isCoded = (line: string | undefined): boolean => line?.startsWith(CODEC_MARK) === true;

/**
 * Reads what `getSession` gave back, and keeps no reference to it (law V6).
 *
 * Answers `undefined` for no session, for one that other code wrote without our metadata, and for one with values that JSON
 * cannot carry: all three count as absent. What stands beside a sealed text is none of ours.
 */
export function readInner(values: unknown): InnerRecord | undefined {
  const metadata = isValueRecord(values) ? asMetadata(values[METADATA_KEY]) : undefined;
  const meta = metadata && decodeMeta(metadata.meta);
  const segments = metadata && segmentsOf(metadata.sealed === undefined ? values : {});
  if (!meta || !segments) return undefined;
  const { etag, deadline, sealed, coded = [] } = metadata;
  return {
    etag,
    meta,
    deadline,
    segments: new Map([...segments, ...coded]),
    ...(sealed !== undefined && { sealed }),
  };
}

/** Whether a session has our metadata, readable or not. */
export const isTaken = (values: unknown): boolean =>
  isValueRecord(values) && Object.hasOwn(values, METADATA_KEY);

/** The JSON of each value of a session; a key that holds `undefined` counts as removed. `undefined` when JSON cannot carry one. */
export function segmentsOf(values: unknown): Segments | undefined {
  const segments = new Map<string, string>();
  try {
    for (const [key, value] of isValueRecord(values) ? Object.entries(values) : []) {
      const json = JSON.stringify(value) as string | undefined;
      if (key !== METADATA_KEY && json !== undefined) segments.set(unescapeKey(key), json);
    }
  } catch {
    return undefined;
  }
  return segments;
}

/** Parts a text that the core wrote. */
export function innerOf({ text, deadline }: StoredRecord): InnerRecord | undefined {
  const record = decodeRecord(text);
  if (!record) return undefined;
  const { etag, meta, body } = record;
  if (isSealedBody(body)) return { etag, meta, deadline, segments: new Map(), sealed: body };
  const segments = decodeSegments(body);
  return segments && { etag, meta, deadline, segments };
}

export const storedOf = ({ etag, meta, deadline, segments, sealed = '' }: InnerRecord): StoredRecord => ({
  text: encodeRecord(etag, meta, segments) + sealed,
  deadline,
});

/**
 * What `updateSession` must merge to turn `from` into `next`: the changed keys, the removed ones as `undefined`, and the metadata.
 *
 * The metadata comes last. A provider that writes key by key shows the new etag only with everything in place, so nobody can
 * commit on top of half a commit.
 */
export function changesTo(next: InnerRecord, from: Segments): SessionValueRecord {
  const changes: [string, unknown][] = [];
  for (const [key, line] of from) {
    const isBeside = next.segments.has(key) && !isCoded(next.segments.get(key));
    if (!isBeside && !isCoded(line)) changes.push([escapeKey(key), undefined]);
  }
  for (const [key, line] of next.segments) {
    if (from.get(key) !== line && !isCoded(line)) changes.push([escapeKey(key), JSON.parse(line)]);
  }
  changes.push([METADATA_KEY, metadataOf(next)]);
  return Object.fromEntries(changes);
}

function metadataOf({ etag, meta, deadline, sealed, segments }: InnerRecord): Metadata {
  const coded = [...segments].filter(([, line]) => isCoded(line));
  return {
    etag,
    meta: encodeMeta(meta),
    deadline,
    ...(sealed !== undefined && { sealed }),
    ...(coded.length > 0 && { coded }),
  };
}

function asMetadata(value: unknown): Metadata | undefined {
  if (!isValueRecord(value)) return undefined;
  const { etag, meta, deadline, sealed, coded } = value;
  const isOurs = typeof etag === 'string' && typeof meta === 'string' && typeof deadline === 'number';
  const isWhole =
    isOurs &&
    (sealed === undefined || typeof sealed === 'string') &&
    (coded === undefined || areLines(coded));
  return isWhole
    ? { etag, meta, deadline, ...(sealed !== undefined && { sealed }), ...(coded !== undefined && { coded }) }
    : undefined;
}

const areLines = (coded: unknown): coded is readonly CodedLine[] =>
  Array.isArray(coded) &&
  coded.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string'),
  );

/** `__proto__` is escaped, too: a class that copies with `Object.assign` would set a prototype instead of a key. */
const escapeKey = (key: string): string => (RESERVED.test(key) ? `~${key}` : key);

const unescapeKey = (key: string): string => (key.startsWith('~') && RESERVED.test(key) ? key.slice(1) : key);

const isValueRecord = (value: unknown): value is SessionValueRecord =>
  typeof value === 'object' && value !== null;

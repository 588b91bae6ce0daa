/** The format of the text that this release writes. A record of a later format is treated as absent, with an event. */
export const RECORD_FORMAT = 1;

/** What a record says about its session, beside the values. Instants are epoch milliseconds. */
export interface RecordMeta {
  /** SHA-256 of the token's secret, base64url. The store never holds the secret itself. */
  readonly digest: string;
  /** The digest before the last rotation; `null` unless a rotation with a grace window happened. */
  readonly previousDigest: string | null;
  /** Until when `previousDigest` is still accepted; 0 when there is none. */
  readonly graceUntil: number;
  /** Grows by one when the privilege changes; a commit that was loaded in an older epoch is refused. */
  readonly epoch: number;
  /** Grows by one with each commit of data, and by nothing else. */
  readonly version: number;
  readonly createdAt: number;
  /** When the session was last seen by a commit. A touch moves the deadline in the store only, see {@link seenAt}. */
  readonly seenAt: number;
  /** After this instant nothing revives the session. Moved by nothing but a new login. */
  readonly absoluteAt: number;
  /** The idle timeout, in milliseconds, that the record was last written with. */
  readonly idleTimeout: number;
  /** Whose session it is; `null` while nobody has logged in. */
  readonly principal: string | null;
}

type MetaTuple = readonly [
  format: number,
  digest: string,
  previousDigest: string | null,
  graceUntil: number,
  epoch: number,
  version: number,
  createdAt: number,
  seenAt: number,
  absoluteAt: number,
  idleTimeout: number,
  principal: string | null,
];

export function encodeMeta(meta: RecordMeta): string {
  const tuple: MetaTuple = [
    RECORD_FORMAT,
    meta.digest,
    meta.previousDigest,
    meta.graceUntil,
    meta.epoch,
    meta.version,
    meta.createdAt,
    meta.seenAt,
    meta.absoluteAt,
    meta.idleTimeout,
    meta.principal,
  ];
  return JSON.stringify(tuple);
}

/** Reads one line of meta. Answers `undefined` for anything that {@link encodeMeta} did not write. */
export function decodeMeta(line: string): RecordMeta | undefined {
  const tuple = parse(line);
  if (!isMetaTuple(tuple)) return undefined;
  return {
    digest: tuple[1],
    previousDigest: tuple[2],
    graceUntil: tuple[3],
    epoch: tuple[4],
    version: tuple[5],
    createdAt: tuple[6],
    seenAt: tuple[7],
    absoluteAt: tuple[8],
    idleTimeout: tuple[9],
    principal: tuple[10],
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isMetaTuple(value: unknown): value is MetaTuple {
  if (!Array.isArray(value) || value.length !== 11 || value[0] !== RECORD_FORMAT) return false;
  const [, digest, previousDigest, ...rest] = value as unknown[];
  const principal = rest.pop();
  return (
    typeof digest === 'string' &&
    digest.length === 43 &&
    (previousDigest === null || typeof previousDigest === 'string') &&
    (principal === null || typeof principal === 'string') &&
    rest.every((number) => Number.isSafeInteger(number))
  );
}

/** What a new record begins with. */
export interface NewRecord {
  readonly digest: string;
  readonly now: number;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

export const newMeta = ({ digest, now, idleTimeout, absoluteTimeout }: NewRecord): RecordMeta => ({
  digest,
  previousDigest: null,
  graceUntil: 0,
  epoch: 0,
  version: 0,
  createdAt: now,
  seenAt: now,
  absoluteAt: now + absoluteTimeout,
  idleTimeout,
  principal: null,
});

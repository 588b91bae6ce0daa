import { type DeviceFacts, issued, type LoginFacts, NO_OVERRIDES, type RecordMeta } from './meta.js';

/** The format of the text that this release writes. A record of a later format is treated as absent, with an event. */
export const RECORD_FORMAT = 1;

type BasicTuple = readonly [
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

type LocalLoginTuple = readonly [authenticatedAt: number, amr: readonly string[], device: DeviceTuple | null];

type LoginTuple = LocalLoginTuple | readonly [...LocalLoginTuple, sid: string];

type DeviceTuple = readonly [name: string | null, userAgent: string | null, addressPrefix: string | null];

type UncountedTuple = readonly [
  issuedAt: number,
  confirmed: boolean,
  retired: readonly string[],
  login: LoginTuple | null,
  idleTimeout: number | null,
  persistent: boolean | null,
];

type ExtraTuple = UncountedTuple | readonly [...UncountedTuple, schemaVersion: number];

type MetaTuple = BasicTuple | readonly [...BasicTuple, extra: ExtraTuple];

const BASIC_LENGTH = 11;

/** Most sessions are anonymous and were never rotated: what they do not have costs them nothing. */
export function encodeMeta(meta: RecordMeta): string {
  const basic: BasicTuple = [
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
  return JSON.stringify(isPlain(meta) ? basic : [...basic, extraOf(meta)]);
}

const isPlain = ({ createdAt, rotation, login, overrides, schemaVersion }: RecordMeta): boolean =>
  rotation.issuedAt === createdAt &&
  rotation.confirmed &&
  rotation.retired.length === 0 &&
  login === null &&
  overrides.idleTimeout === null &&
  overrides.persistent === null &&
  schemaVersion === undefined;

function extraOf({ rotation, login, overrides, schemaVersion }: RecordMeta): ExtraTuple {
  const uncounted: UncountedTuple = [
    rotation.issuedAt,
    rotation.confirmed,
    rotation.retired,
    login && encodeLogin(login),
    overrides.idleTimeout,
    overrides.persistent,
  ];
  return schemaVersion === undefined ? uncounted : [...uncounted, schemaVersion];
}

/** Reads one line of meta. Answers `undefined` for anything that {@link encodeMeta} did not write. */
export function decodeMeta(line: string): RecordMeta | undefined {
  const tuple = parse(line);
  if (!isMetaTuple(tuple)) return undefined;
  const [, digest, previousDigest, graceUntil, epoch, version, createdAt] = tuple;
  const extra = tuple[BASIC_LENGTH];
  return {
    digest,
    previousDigest,
    graceUntil,
    epoch,
    version,
    createdAt,
    seenAt: tuple[7],
    absoluteAt: tuple[8],
    idleTimeout: tuple[9],
    principal: tuple[10],
    ...(extra ? decodeExtra(extra) : { rotation: issued(createdAt), login: null, overrides: NO_OVERRIDES }),
  };
}

const decodeExtra = ([
  issuedAt,
  confirmed,
  retired,
  login,
  idleTimeout,
  persistent,
  schemaVersion,
]: ExtraTuple): Pick<RecordMeta, 'rotation' | 'login' | 'overrides' | 'schemaVersion'> => ({
  rotation: { issuedAt, confirmed, retired },
  login: login && decodeLogin(login),
  overrides: { idleTimeout, persistent },
  ...(schemaVersion === undefined ? {} : { schemaVersion }),
});

function encodeLogin({ authenticatedAt, amr, device, sid }: LoginFacts): LoginTuple {
  const local: LocalLoginTuple = [
    authenticatedAt,
    amr,
    device && [device.name, device.userAgent, device.addressPrefix],
  ];
  return sid === undefined ? local : [...local, sid];
}

const decodeLogin = ([authenticatedAt, amr, device, sid]: LoginTuple): LoginFacts => ({
  authenticatedAt,
  amr,
  device: device && decodeDevice(device),
  ...(sid === undefined ? {} : { sid }),
});

const decodeDevice = ([name, userAgent, addressPrefix]: DeviceTuple): DeviceFacts => ({
  name,
  userAgent,
  addressPrefix,
});

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isMetaTuple(value: unknown): value is MetaTuple {
  if (!Array.isArray(value) || value[0] !== RECORD_FORMAT) return false;
  const tuple: readonly unknown[] = value;
  const [, digest, previousDigest] = tuple;
  return (
    (tuple.length === BASIC_LENGTH || (tuple.length === BASIC_LENGTH + 1 && isExtra(tuple[BASIC_LENGTH]))) &&
    typeof digest === 'string' &&
    digest.length === 43 &&
    isTextOrNull(previousDigest) &&
    isTextOrNull(tuple[BASIC_LENGTH - 1]) &&
    areNumbersBetween(tuple)
  );
}

/** Everything between the digests and the principal. */
function areNumbersBetween(tuple: readonly unknown[]): boolean {
  for (let index = 3; index < BASIC_LENGTH - 1; index++)
    if (!Number.isSafeInteger(tuple[index])) return false;
  return true;
}

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

function isExtra(value: unknown): value is ExtraTuple {
  if (!Array.isArray(value) || (value.length !== 6 && value.length !== 7)) return false;
  const [issuedAt, confirmed, retired, login, idleTimeout, persistent, ...version] = value as unknown[];
  return (
    Number.isSafeInteger(issuedAt) &&
    typeof confirmed === 'boolean' &&
    isTexts(retired) &&
    (login === null || isLogin(login)) &&
    (idleTimeout === null || Number.isSafeInteger(idleTimeout)) &&
    (persistent === null || typeof persistent === 'boolean') &&
    version.every((number) => Number.isSafeInteger(number))
  );
}

function isLogin(value: unknown): boolean {
  if (!Array.isArray(value) || (value.length !== 3 && value.length !== 4)) return false;
  const [authenticatedAt, amr, device, ...sid] = value as unknown[];
  return (
    Number.isSafeInteger(authenticatedAt) &&
    isTexts(amr) &&
    (device === null || isDevice(device)) &&
    isTexts(sid)
  );
}

const isDevice = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 3 &&
  value.every((fact) => fact === null || typeof fact === 'string');

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

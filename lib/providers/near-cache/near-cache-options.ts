import { parseByteSize } from '../byte-size.js';
import type { ProviderOption } from '../provider-options.js';

/** How much a process keeps of what it has read. */
export interface NearCacheOptions {
  /** The most sessions, 1 to 1000000. Default 10000. */
  readonly max: number;
  /** The most bytes, two for each character of a record; at least 64 KiB. Default 32 MiB. */
  readonly size: number;
}

const DEFAULTS: NearCacheOptions = { max: 10_000, size: 32 * 1024 * 1024 };
const MOST = 1_000_000;
const LEAST_SIZE = 64 * 1024;

/** `cached` of a provider: `true` for the defaults, `false` for none. */
export type CachedOption = NearCacheOptions | false;

export const CACHED_OPTION: ProviderOption<CachedOption> = {
  parse: parseCached,
  wanted: `true, false, or a map of max (1 to ${MOST} sessions) and size (64KiB or more)`,
  example: 'true',
};

function parseCached(value: unknown): CachedOption | undefined {
  if (typeof value === 'boolean') return value && DEFAULTS;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { max = DEFAULTS.max, size = DEFAULTS.size, ...others } = value as Record<string, unknown>;
  const bytes = parseByteSize(size);
  if (Object.keys(others).length > 0 || !isCount(max) || bytes === undefined || bytes < LEAST_SIZE)
    return undefined;
  return { max, size: bytes };
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MOST;

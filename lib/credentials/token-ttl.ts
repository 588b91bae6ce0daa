import ms, { type StringValue } from 'ms';
import type { ConfigProblem } from '../errors/configuration.js';

/** How long a secret is accepted. `ttlMs` is to be used only when `problems` is empty. */
export interface TokenTtl {
  readonly ttlMs: number;
  readonly problems: readonly ConfigProblem[];
}

const DEFAULT_TTL_MS = 12 * 60 * 60 * 1000;
const KEYS = ['ttl', 'csrf_ttl_seconds', 'csrfTtlSeconds'] as const;
const SECONDS = /^\d{1,12}(?:\.\d{1,3})?$/;
const WITH_UNIT = /^\d{1,12}(?:\.\d{1,3})? ?[a-z]{1,12}$/i;

/** Reads the lifetime under the first key that is given: `ttl`, then the chapter's `csrf_ttl_seconds`; 12 hours when there is none. */
export function readTtl(config: Readonly<Record<string, unknown>>): TokenTtl {
  const key = KEYS.find((name) => config[name] !== undefined && config[name] !== null);
  if (key === undefined) return { ttlMs: DEFAULT_TTL_MS, problems: [] };
  const ttlMs = durationOf(config[key]);
  return { ttlMs, problems: Number.isSafeInteger(ttlMs) && ttlMs > 0 ? [] : [problem(key, config[key])] };
}

/** Milliseconds. A bare number counts seconds, also as text, because an environment variable has no other form. */
function durationOf(value: unknown): number {
  if (typeof value === 'number') return Math.round(value * 1000);
  if (typeof value !== 'string') return Number.NaN;
  if (SECONDS.test(value)) return Math.round(Number(value) * 1000);
  return WITH_UNIT.test(value) ? Math.round(ms(value as StringValue)) : Number.NaN;
}

const problem = (key: string, value: unknown): ConfigProblem => ({
  key: `auth.config.${key}`,
  seen: typeof value === 'string' || typeof value === 'number' ? short(value) : typeof value,
  wanted: 'a duration above zero: seconds, or a text such as 12h',
  fix: 'write 43200 or 12h for the default',
});

const short = (value: string | number): string =>
  typeof value === 'number' ? `${value}` : JSON.stringify(value.slice(0, 40));

import { encodeValue } from '../../record/value.js';
import type { ValueRules } from '../../record/value-rules.js';
import type { Segments } from '../../record/record-text.js';

/** A session as a store for express-session gives it back. */
export interface FormerRow {
  /** The values, each as its JSON. */
  readonly segments: Segments;
  /** Whether the cookie was to outlive the browser. */
  readonly persistent: boolean;
}

/** What is no value of the user's: the cookie, and what session-file-store notes beside the values. */
const NOT_VALUES: ReadonlySet<string> = new Set(['cookie', '__lastAccess']);

/**
 * Reads a row; `undefined` when it is none, or when its time is over by its own cookie: most stores hand out what they have not yet
 * cleared.
 *
 * @throws SessionError ILLEGAL_VALUE, LIMIT_EXCEEDED for what a session of ours cannot hold
 */
export function readFormerRow(row: unknown, now: number, rules: ValueRules): FormerRow | undefined {
  const plain = asJson(row);
  if (!plain) return undefined;
  const cookie = isMap(plain['cookie']) ? plain['cookie'] : {};
  if (deadlineOf(cookie) <= now) return undefined;
  const values = Object.entries(plain).filter(([key]) => !NOT_VALUES.has(key));
  return {
    segments: new Map(values.map(([key, value]) => [key, encodeValue(key, value, rules)])),
    persistent: typeof cookie['originalMaxAge'] === 'number',
  };
}

/** Without a date the row lives as long as its store keeps it. */
function deadlineOf({ expires }: Readonly<Record<string, unknown>>): number {
  const deadline = typeof expires === 'string' ? Date.parse(expires) : Infinity;
  return Number.isNaN(deadline) ? Infinity : deadline;
}

/** What express-session itself would have stored. A store in memory may hand out dates and the like. */
function asJson(row: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const plain: unknown = JSON.parse(JSON.stringify(row) ?? 'null');
    return isMap(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

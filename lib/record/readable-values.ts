import type { Segments } from './record-text.js';
import { decodeValue } from './value.js';
import type { ValueRules } from './value-rules.js';

/** The values of a record, and the lines that nobody here can read. */
export interface ReadableValues {
  readonly values: Record<string, unknown>;
  readonly rest: ReadonlyMap<string, string>;
}

export function readableValues(segments: Segments, rules: ValueRules): ReadableValues {
  const values: [string, unknown][] = [];
  const rest = new Map<string, string>();
  for (const [key, line] of segments) {
    try {
      values.push([key, decodeValue(line, rules)]);
    } catch {
      rest.set(key, line);
    }
  }
  return { values: Object.fromEntries(values), rest };
}

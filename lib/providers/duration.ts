import ms, { type StringValue } from 'ms';

/** A length of time: milliseconds, or a text with its unit such as `'30m'`. YAML takes the text only. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** A number and a unit that `ms` knows. Without a unit `30` could be anything, and a negative time is nothing. */
const WITH_UNIT = /^\d{1,12}(?:\.\d{1,6})? ?[a-z]{1,12}$/i;

/** Reads `30m`, `1.5h`, `500 ms`. Answers whole milliseconds, or `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const value = WITH_UNIT.test(text) ? ms(text as StringValue) : undefined;
  return value !== undefined && Number.isFinite(value) ? Math.round(value) : undefined;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** The shortest exact form, such as `90s` for 90000. */
export function formatDuration(value: number): string {
  const [unit, size] = UNITS.find(([, each]) => value !== 0 && value % each === 0) ?? ['ms', 1];
  return `${value / size}${unit}`;
}

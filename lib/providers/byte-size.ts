/** A number of bytes, or a text with its unit such as `'32KiB'`. */
export type ByteSize = number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB' | 'kB' | 'MB' | 'GB'}`;

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** Reads `268435456`, `'256MiB'` or `'1.5 GB'` (decimal units count by 1000). Answers `undefined` for anything else. */
export function parseByteSize(value: unknown): number | undefined {
  if (typeof value === 'number') return asBytes(value);
  if (typeof value !== 'string') return undefined;
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?) ?([a-z]+)?$/i.exec(value) ?? [];
  const factor = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
  return amount === undefined || factor === undefined
    ? undefined
    : asBytes(Math.round(Number(amount) * factor));
}

const asBytes = (value: number): number | undefined =>
  Number.isSafeInteger(value) && value > 0 ? value : undefined;

const BINARY = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

/** The shortest exact form, such as `32KiB` for 32768. */
export function formatByteSize(bytes: number): string {
  const [unit, size] = BINARY.find(([, each]) => bytes !== 0 && bytes % each === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}

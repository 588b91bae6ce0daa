/** A number of bytes, or a text with its unit such as `'32KiB'`. */
export type ByteSize = number | `${number}${'B' | 'KiB' | 'MiB' | 'GiB' | 'kB' | 'MB' | 'GB'}`;

const UNITS = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

/** The shortest exact form, such as `32KiB` for 32768. */
export function formatByteSize(bytes: number): string {
  const [unit, size] = UNITS.find(([, each]) => bytes !== 0 && bytes % each === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}

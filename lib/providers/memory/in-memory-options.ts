import { type ProviderOptionTable, readProviderOptions } from '../provider-options.js';
import type { SessionValueRecord } from '../session-provider.js';
import { parseByteSize } from '../byte-size.js';

/** What `session.config` of an {@link InMemorySessionProvider} says. */
export interface InMemoryOptions {
  /**
   * The most records at a time, 1 to 16777216. Default 100000. Too low signs active users out, as the least recently used go first;
   * each costs 29 bytes of address space from the start.
   */
  readonly maxRecords: number;
  /**
   * The most bytes of records at a time, as {@link RecordTable.bytes} counts them: a number, or text such as `256MiB`. Default 256 MiB.
   * More than half of Node's `--max-old-space-size` risks that the process runs out of memory before the limit bites.
   */
  readonly maxBytes: number;
}

const DEFAULTS: InMemoryOptions = { maxRecords: 100_000, maxBytes: 256 * 1024 * 1024 };
const MOST_RECORDS = 2 ** 24;

const OPTIONS: ProviderOptionTable<InMemoryOptions> = {
  maxRecords: {
    parse: (value) => (isWhole(value) && value >= 1 && value <= MOST_RECORDS ? value : undefined),
    wanted: `a whole number from 1 to ${MOST_RECORDS}`,
    example: '100000',
  },
  maxBytes: { parse: parseByteSize, wanted: 'a number of bytes, or text such as 256MiB', example: '256MiB' },
};

/**
 * Reads `session.config`.
 *
 * @throws SessionError CONFIG_INVALID with every unknown key, wrong value and option that is given twice.
 */
export const parseInMemoryOptions = (config: SessionValueRecord): InMemoryOptions => ({
  ...DEFAULTS,
  ...readProviderOptions('InMemorySessionProvider', OPTIONS, config),
});

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

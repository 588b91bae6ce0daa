import type { ValueCodec } from './value-codec.js';
import type { ValueSchema } from './value-schema.js';

/** Bounds of one session. What exceeds them is refused where it is set or, after a change in place, at the commit. */
export interface Limits {
  /** Bytes of the whole record, in UTF-8. Default 32 KiB. */
  readonly size: number;
  /** Number of keys. Default 256. */
  readonly keys: number;
  /** Levels of nesting inside one value. Default 32. */
  readonly depth: number;
}

/** All that says which values a session may hold, and how they become text. */
export interface ValueRules extends Limits {
  /** Empty: JSON only. */
  readonly codec?: ValueCodec | undefined;
  /** Empty: every legal value may stand under every key. */
  readonly schema?: ValueSchema | undefined;
}

import type { CreateOutcome, ReplaceOutcome, StoredRecord } from '../../providers/atomic-session-store.js';
import type { Clock } from '../../providers/clock.js';
import { PlainStore } from './plain-store.js';
import { metaIn, segmentsIn } from './record-edits.js';
import { flowTwin, storeTwin, type Twin } from './twin.js';

const CAPACITY = 16;
const BOUNDED = { capacity: CAPACITY, capabilities: ['clock', 'opaque', 'bounded'] } as const;

/** Parses what it loads, and fails on what it cannot parse: a request after request that ends in a 500. */
class ParsesTexts extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    return parsed(super.load(id) as StoredRecord | undefined);
  }

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (typeof reply !== 'string') parsed(reply);
    return reply;
  }
}

function parsed(record: StoredRecord | undefined): StoredRecord | undefined {
  if (!record) return undefined;
  if (!metaIn(record.text)) throw new TypeError('The record is corrupt.');
  for (const json of segmentsIn(record.text).values()) JSON.parse(json);
  if (!record.text.endsWith('\n')) throw new TypeError('The record is cut off.');
  return record;
}

/** Quotes in its errors what it was given, as databases do that name the failing row. */
class QuotesRecords extends PlainStore {
  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    if (!this.held(id)) throw new Error(`No row to update. Failing row contains (${id}, ${text}).`);
    return super.replace(id, etag, text, deadline) as ReplaceOutcome;
  }
}

/** Drops whatever was created first, alive or expired, of somebody or of nobody. */
class DropsTheOldest extends PlainStore {
  override create(id: string, text: string, deadline: number): CreateOutcome {
    const outcome = super.create(id, text, deadline) as CreateOutcome;
    const [oldest] = this.records.keys();
    if (this.records.size > CAPACITY && oldest !== undefined) this.records.delete(oldest);
    return outcome;
  }
}

const bounded = (name: string, breaks: Twin['breaks'], Store: new (clock: Clock) => PlainStore): Twin =>
  flowTwin(name, breaks, (clock) => ({ store: new Store(clock), ...BOUNDED }));

export const failureTwins: readonly Twin[] = [
  storeTwin('a store that fails on what it cannot parse', ['F3'], ParsesTexts),
  storeTwin('a store that quotes records in its errors', ['F5'], QuotesRecords),
  bounded('a bound that is none', ['F4'], PlainStore),
  bounded('a bound that drops the oldest, whoever it is', ['F4'], DropsTheOldest),
];

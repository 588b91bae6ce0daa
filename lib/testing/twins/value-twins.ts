import type { StoredRecord } from '../../providers/atomic-session-store.js';
import { Session } from '../../session/session.js';
import { PlainStore } from './plain-store.js';
import { segmentsIn, withSegments } from './record-edits.js';
import { flowTwin, storeTwin, type Twin } from './twin.js';

type Values = Record<string, unknown>;
type GetArguments = [key: string, fallback?: unknown];

/** Keeps its texts in a column of the wrong character set. */
class Latin1Column extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = super.load(id) as StoredRecord | undefined;
    return record && { ...record, text: Buffer.from(record.text, 'latin1').toString('latin1') };
  }
}

/** Takes null for nothing, as many a database layer does. */
class DropsNulls extends PlainStore {
  override load(id: string): StoredRecord | undefined {
    const record = super.load(id) as StoredRecord | undefined;
    if (!record) return undefined;
    const values = [...segmentsIn(record.text)].filter(([, json]) => json !== 'null');
    return { ...record, text: withSegments(record.text, values) };
  }
}

/** Stores what JSON makes of a value. */
class Lenient extends Session<Values> {
  override set(key: string, value: unknown): this {
    return super.set(key, JSON.parse(JSON.stringify(value) ?? 'null'));
  }
}

/** Answers a default wherever there is null. */
class NullIsMissing extends Session<Values> {
  override get(...[key, fallback]: GetArguments): never {
    return (super.get(key) ?? fallback) as never;
  }

  override has(key: string): boolean {
    return super.get(key) !== null && super.has(key);
  }
}

/** Hands out a copy, whose changes nobody sees. */
class DetachedCopies extends Session<Values> {
  override get(...[key, fallback]: GetArguments): never {
    const value = super.get(key, fallback);
    return (value === undefined ? undefined : JSON.parse(JSON.stringify(value))) as never;
  }
}

/** Notes every read in the session itself. */
class StampsReads extends Session<Values> {
  override get(...[key, fallback]: GetArguments): never {
    super.set('reads', Number(super.get('reads', 0)) + 1);
    return super.get(key, fallback) as never;
  }
}

/** Shows its values in a log. */
class PrintsValues extends Session<Values> {
  override toJSON(): { id: string | null; values: Values } {
    return { id: this.id, values: this.toObject() };
  }
}

/** Hands out the object that it handed out to the last request. */
function liveReferences(): typeof Session<Values> {
  const shared = new Map<string, unknown>();
  return class LiveReferences extends Session<Values> {
    override get(...[key, fallback]: GetArguments): never {
      const name = `${this.id} ${key}`;
      if (!shared.has(name)) shared.set(name, super.get(key, fallback));
      return shared.get(name) as never;
    }
  };
}

export const valueTwins: readonly Twin[] = [
  storeTwin('a column of the wrong character set', ['V2'], Latin1Column),
  storeTwin('null stored as nothing', ['V2', 'V3'], DropsNulls),
  flowTwin('an illegal value stored as what JSON makes of it', ['V2'], () => ({ sessionType: Lenient })),
  flowTwin('missing treated as null', ['V3'], () => ({ sessionType: NullIsMissing })),
  flowTwin('copies whose changes are lost', ['V1', 'V2', 'V5'], () => ({ sessionType: DetachedCopies })),
  flowTwin('live references', ['V6'], () => ({ sessionType: liveReferences() })),
  flowTwin('a write for every read', ['C5'], () => ({ sessionType: StampsReads })),
  flowTwin('values in the log', ['F5'], () => ({ sessionType: PrintsValues })),
];

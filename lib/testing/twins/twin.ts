import type { Clock } from '../../providers/clock.js';
import { FakeClock } from '../fake-clock.js';
import type { Capability, LawId } from '../laws/law.js';
import { Subject, type SubjectParts } from '../subject.js';
import { PlainStore } from './plain-store.js';

/** What a {@link PlainStore} can do. */
export const PLAIN_CAPABILITIES: readonly Capability[] = ['clock', 'opaque', 'principals', 'everything'];

/** A subject with exactly one fault, seen in the wild or easily made. */
export interface Twin {
  /** The fault, in a few words. */
  readonly name: string;
  /** The laws that must convict it. Others may do so, too. */
  readonly breaks: readonly LawId[];
  /** A new one, with a store of its own. */
  subject(): Subject;
}

/** A twin by its store. */
export const storeTwin = (
  name: string,
  breaks: readonly LawId[],
  Store: new (clock: Clock) => PlainStore,
): Twin => flowTwin(name, breaks, (clock) => ({ store: new Store(clock) }));

/** A twin by anything else: its session class, its credentials, or several things that conspire. */
export const flowTwin = (
  name: string,
  breaks: readonly LawId[],
  parts: (clock: FakeClock, store: PlainStore) => Partial<Omit<SubjectParts, 'clock'>>,
): Twin => ({
  name,
  breaks,
  subject: () => {
    const clock = new FakeClock();
    const store = new PlainStore(clock);
    return new Subject({ store, clock, capabilities: PLAIN_CAPABILITIES, ...parts(clock, store) });
  },
});

import type {
  AdmitOutcome,
  AtomicSessionStore,
  CreateOutcome,
  EndReason,
  KnowsPrincipals,
  ReplaceOutcome,
  StoreCapabilities,
  StoredRecord,
} from '../atomic-session-store.js';
import type { AtomicStore } from '../four-method/provider-kind.js';
import type { MaybePromise } from '../session-provider.js';
import { after } from './after.js';
import type { Seal } from './record-seal.js';

/**
 * A store in front of another one that only ever sees sealed values: `RecordSeal` says what is sealed and how.
 *
 * A record that does not open (altered, moved, under a key that is gone, in plaintext) is handed on as an empty text, which the core
 * takes for corrupt: absent, with the event `corrupt-record` (law F3, ATTACKS A47). There is no fallback to plaintext, not even for
 * records that were written before there were keys.
 *
 * Has exactly the capabilities of the store behind it, and answers at once where that one does.
 */
export const sealedStore = (store: AtomicStore, seal: Seal): AtomicStore =>
  Object.assign(new SealedStore(store, seal), passedOn(store), principalsOf(store, seal));

const UNREADABLE = '';

const opened = <Stored extends StoredRecord>(seal: Seal, id: string, stored: Stored): Stored => ({
  ...stored,
  text: seal.open(id, stored.text) ?? UNREADABLE,
});

/** The five operations. A write that is sent twice is sealed twice, and told by its etag all the same. */
class SealedStore implements AtomicSessionStore {
  readonly #store: AtomicStore;
  readonly #seal: Seal;

  constructor(store: AtomicStore, seal: Seal) {
    this.#store = store;
    this.#seal = seal;
  }

  load(id: string): MaybePromise<StoredRecord | undefined> {
    return after(this.#store.load(id), (stored) => stored && opened(this.#seal, id, stored));
  }

  create(id: string, text: string, deadline: number): MaybePromise<CreateOutcome> {
    return this.#store.create(id, this.#seal.seal(id, text), deadline);
  }

  replace(id: string, etag: string, text: string, deadline: number): MaybePromise<ReplaceOutcome> {
    const outcome = this.#store.replace(id, etag, this.#seal.seal(id, text), deadline);
    return after(outcome, (answer) => (typeof answer === 'string' ? answer : opened(this.#seal, id, answer)));
  }

  touch(id: string, deadline: number): MaybePromise<void> {
    return this.#store.touch(id, deadline);
  }

  end(id: string, reason: EndReason): MaybePromise<boolean> {
    return this.#store.end(id, reason);
  }
}

/** The capabilities that have to do with the text of a record. A sweep has not: it tells of first lines. */
type OfText = 'admit' | 'sessionsOf';

/** Each other capability; the compiler tells when the contract has got one more. */
const AS_THEY_ARE: Readonly<Record<Exclude<keyof StoreCapabilities, OfText>, true>> = {
  newId: true,
  open: true,
  sweep: true,
  cas: true,
  confirm: true,
  endSessionsOf: true,
  endEverything: true,
  watch: true,
  announce: true,
  health: true,
  close: true,
};

function passedOn(store: AtomicStore): StoreCapabilities {
  const names = (Object.keys(AS_THEY_ARE) as (keyof typeof AS_THEY_ARE)[]).filter((name) => name in store);
  return Object.fromEntries(
    names.map((name) => {
      const value: unknown = store[name];
      return [name, typeof value === 'function' ? (value.bind(store) as unknown) : value];
    }),
  );
}

type SealedPrincipals = Pick<KnowsPrincipals, OfText>;

function principalsOf(store: AtomicStore, seal: Seal): Partial<SealedPrincipals> {
  if (!knowsPrincipals(store)) return {};
  return {
    admit: (write, admission) => {
      const outcome = store.admit({ ...write, text: seal.seal(write.id, write.text) }, admission);
      return after(outcome, (answer) => (isRecord(answer) ? opened(seal, write.id, answer) : answer));
    },
    sessionsOf: (principal) =>
      after(store.sessionsOf(principal), (owned) => owned.map((each) => opened(seal, each.id, each))),
  };
}

const knowsPrincipals = (store: AtomicStore): store is AtomicStore & SealedPrincipals =>
  store.admit !== undefined && store.sessionsOf !== undefined;

const isRecord = (answer: AdmitOutcome): answer is StoredRecord =>
  typeof answer === 'object' && 'text' in answer;

import type { Room } from '../../providers/admission.js';
import type {
  Admission,
  AdmitOutcome,
  AdmittedWrite,
  CreateOutcome,
  EndReason,
  OwnedRecord,
  ReplaceOutcome,
  StoredRecord,
} from '../../providers/atomic-session-store.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import { turn } from '../turn.js';
import { PlainStore } from './plain-store.js';
import { storeTwin, type Twin } from './twin.js';

/** Takes a session out of the index when its expiry is told, and nobody told it. */
class IndexesByExpiryEvents extends PlainStore {
  override sessionsOf(principal: string): readonly OwnedRecord[] {
    return this.heldBy(principal);
  }

  protected override heldBy(principal: string): readonly OwnedRecord[] {
    return [...this.owners].flatMap(([id, owner]) => {
      const record = owner === principal ? this.records.get(id) : undefined;
      return record ? [{ id, ...record, deadline: Infinity }] : [];
    });
  }
}

/** Adds to the index of the new principal, and forgets that of the old one. */
class StaysInTheOldIndex extends PlainStore {
  readonly #indexed = new Map<string, Set<string>>();

  protected override heldBy(principal: string): readonly OwnedRecord[] {
    return [...(this.#indexed.get(principal) ?? [])].flatMap((id) => {
      const record = this.held(id);
      return record ? [{ id, ...record }] : [];
    });
  }

  protected override assign(
    outcome: CreateOutcome | ReplaceOutcome,
    id: string,
    admission: Admission,
    room: Room,
  ): AdmitOutcome {
    const known = this.#indexed.get(admission.principal) ?? new Set();
    if (outcome === 'ok') this.#indexed.set(admission.principal, known.add(id));
    return super.assign(outcome, id, admission, room);
  }
}

/** Writes the session, and crashes before it is in the index as often as not. */
class IndexesLater extends PlainStore {
  protected override assign(
    outcome: CreateOutcome | ReplaceOutcome,
    id: string,
    admission: Admission,
    room: Room,
  ): AdmitOutcome {
    const owner = this.owners.get(id);
    const answer = super.assign(outcome, id, admission, room);
    if (owner === undefined) this.owners.delete(id);
    else this.owners.set(id, owner);
    return answer;
  }
}

/** Counts, does something else for a moment, and writes. */
class CountsThenWrites extends PlainStore {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const refusal = this.refusal(write);
    if (refusal) return refusal;
    const room = this.room(write, admission);
    if (room === 'full') return room;
    await turn();
    this.makeRoom(room);
    return this.assign(await this.write(write), write.id, admission, room);
  }
}

/** Writes first, and makes room a moment later. */
class EvictsAfterwards extends PlainStore {
  override async admit(write: AdmittedWrite, admission: Admission): Promise<AdmitOutcome> {
    const { limit: _, ...unlimited } = admission;
    const outcome = await super.admit(write, unlimited);
    if (typeof outcome === 'string' || 'text' in outcome) return outcome;
    await turn();
    const room = this.room(write, { ...admission, whenFull: 'evict-oldest' });
    if (room === 'full') return room;
    this.makeRoom(room);
    return { evicted: room.evicted.map(({ id }) => id) };
  }
}

/** Counts the session that logs in as one more, although it has its place already. */
class CountsItselfTwice extends PlainStore {
  protected override room({ id }: AdmittedWrite, admission: Admission): Room | 'full' {
    const { limit } = admission;
    const taken = this.owners.get(id) === admission.principal ? 1 : 0;
    return super.room(
      { id, text: '', deadline: 0 },
      limit === undefined ? admission : { ...admission, limit: limit - taken },
    );
  }
}

/** Ends the sessions that it found, unless they were written meanwhile. */
class EndsWhatItFound extends PlainStore {
  override async endSessionsOf(
    principal: string,
    reason: EndReason,
    except?: string,
  ): Promise<readonly string[]> {
    const found = this.heldBy(principal).filter(({ id }) => id !== except);
    await turn();
    return found
      .filter(({ id, text }) => this.held(id)?.text === text && this.end(id, reason) === true)
      .map(({ id }) => id);
  }
}

/** Tells of every session that it found, whoever ended it. */
class TellsOfAll extends PlainStore {
  override async endSessionsOf(
    principal: string,
    reason: EndReason,
    except?: string,
  ): Promise<readonly string[]> {
    const found = this.heldBy(principal).map(({ id }) => id);
    await turn();
    await super.endSessionsOf(principal, reason, except);
    return found.filter((id) => id !== except);
  }
}

/** Has no exception. */
class EndsTheCallerToo extends PlainStore {
  override endSessionsOf(principal: string, reason: EndReason): MaybePromise<readonly string[]> {
    return super.endSessionsOf(principal, reason);
  }
}

/** Ends what is there for whoever loads, and forgets those who have loaded it before. */
class EndsEverythingForReaders extends PlainStore {
  readonly #unreadable = new Set<string>();

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#unreadable.has(id) ? undefined : super.load(id);
  }

  override replace(id: string, etag: string, text: string, deadline: number): ReplaceOutcome {
    const reply = super.replace(id, etag, text, deadline) as ReplaceOutcome;
    if (reply === 'ok') this.#unreadable.delete(id);
    return reply;
  }

  override endEverything(): void {
    for (const id of this.records.keys()) this.#unreadable.add(id);
  }
}

/** Closes the house for good. */
class EndsTheFuture extends PlainStore {
  #closed = false;

  override load(id: string): MaybePromise<StoredRecord | undefined> {
    return this.#closed ? undefined : super.load(id);
  }

  override endEverything(): void {
    this.#closed = true;
  }
}

export const principalTwins: readonly Twin[] = [
  storeTwin('an index by expiry events', ['P1', 'P2'], IndexesByExpiryEvents),
  storeTwin('a login that stays in the old index', ['P1'], StaysInTheOldIndex),
  storeTwin('a login that never comes to the index', ['P1', 'P3', 'D1'], IndexesLater),
  storeTwin('a limit that is checked before it is kept', ['P2'], CountsThenWrites),
  storeTwin('an eviction after the login', ['P2'], EvictsAfterwards),
  storeTwin('a login that counts itself twice', ['P2'], CountsItselfTwice),
  storeTwin('a revocation that misses a login under way', ['D1'], EndsWhatItFound),
  storeTwin('a revocation that is told twice', ['D3'], TellsOfAll),
  storeTwin('a revocation that spares nobody', ['P3'], EndsTheCallerToo),
  storeTwin('an end of everything that late commits survive', ['D1', 'D2'], EndsEverythingForReaders),
  storeTwin('an end of everything that never ends', ['D1'], EndsTheFuture),
];

import type { CacheCoherence, MailListener, Roster } from '../../lib/providers/near-cache/cache-coherence.js';
import { rosterOf } from '../../lib/providers/near-cache/cache-coherence.js';
import { CachedRecords } from '../../lib/providers/near-cache/cached-records.js';
import { type Leases, LEASES } from '../../lib/providers/near-cache/leases.js';
import { Mailbox } from '../../lib/providers/near-cache/mailbox.js';
import { Membership } from '../../lib/providers/near-cache/membership.js';
import { type CacheableStore, mailReader, NearCache } from '../../lib/providers/near-cache/near-cache.js';
import { Revocations } from '../../lib/providers/near-cache/revocations.js';
import { RosterView } from '../../lib/providers/near-cache/roster-view.js';
import { InMemorySessionProvider } from '../../lib/index.js';
import { newEtag } from '../../lib/record/record-text.js';
import { FakeClock, FaultInjectingStore } from '../../lib/testing/index.js';
import { LeaseClock, Stoppable, timeOf } from './lease-clock.js';

/** What a broken twin has in the place of a part. */
export interface CacheKinds {
  readonly Records: typeof CachedRecords;
  readonly Member: typeof Membership;
  readonly Revoker: typeof Revocations;
}

const SOUND: CacheKinds = { Records: CachedRecords, Member: Membership, Revoker: Revocations };
/** Waits for fewer than so many turns of the event loop. */
export type Pace = (turns: number) => Promise<void>;

const CALL_TURNS = 20;
/** Mail may be slow: nothing rests on its being fast. */
const MAIL_TURNS = 40;
const LIMITS = { max: 1000, size: 1024 * 1024 };

/** The server that processes share: a roster, and channels. */
class SharedServer {
  readonly roster = new Map<string, string>();
  readonly listeners = new Map<string, Set<MailListener>>();
}

/** The way of one process to the server, with somebody who holds it up. */
export class ProcessCoherence implements CacheCoherence {
  /** How often it asked for the roster. */
  looks = 0;
  readonly sent: string[] = [];
  /** Nothing that is sent to this process arrives, and nobody is told. */
  isDeaf = false;
  /** Nothing that it asks is answered. */
  isCutOff = false;
  readonly #mine = new Set<MailListener>();

  constructor(
    private readonly server: SharedServer,
    private readonly process: Stoppable,
    private readonly pace: Pace,
  ) {}

  async roster(): Promise<Roster> {
    this.looks++;
    return this.#ask(() => rosterOf([...this.server.roster]));
  }

  join(member: string): Promise<void> {
    return this.#ask(() => {
      const { roster } = this.server;
      if (!roster.has('#')) roster.set('#', newEtag());
      roster.set(member, 'member');
    });
  }

  expel(member: string): Promise<void> {
    return this.#ask(() => void this.server.roster.set(member, 'expelled'));
  }

  remove(member: string): Promise<void> {
    return this.#ask(() => void this.server.roster.delete(member));
  }

  send(channel: string, text: string): Promise<void> {
    this.sent.push(text);
    return this.#ask(() => {
      for (const { heard } of this.server.listeners.get(channel) ?? []) heard(text);
    });
  }

  async listen(channels: readonly string[], { heard, lost }: MailListener): Promise<() => void> {
    const listener: MailListener = {
      heard: (text) => void this.#arrive(MAIL_TURNS).then(() => this.isDeaf || heard(text)),
      lost,
    };
    await this.#ask(() => undefined);
    this.#mine.add(listener);
    for (const channel of channels) this.#listenersOf(channel).add(listener);
    return () => this.#forget(listener);
  }

  /** The connection that listens breaks, and comes back. */
  cut(): void {
    for (const { lost } of this.#mine) lost();
  }

  #forget(listener: MailListener): void {
    this.#mine.delete(listener);
    for (const listeners of this.server.listeners.values()) listeners.delete(listener);
  }

  #listenersOf(channel: string): Set<MailListener> {
    const listeners = this.server.listeners.get(channel) ?? new Set();
    this.server.listeners.set(channel, listeners);
    return listeners;
  }

  async #ask<T>(call: () => T): Promise<T> {
    await this.#arrive();
    if (this.isCutOff) throw new Error('There is no way to the server.');
    const answer = call();
    await this.#arrive();
    return answer;
  }

  async #arrive(turns: number = CALL_TURNS): Promise<void> {
    await this.pace(turns);
    await this.process.running();
  }
}

/** One process over the store that all share. */
export interface CacheProcess {
  readonly cache: NearCache;
  /** The store behind the cache, as this process reaches it: calls are counted, and can be held up. */
  readonly store: FaultInjectingStore;
  readonly coherence: ProcessCoherence;
  readonly process: Stoppable;
}

/** Processes over one store in memory, whose leases pass as a test says. */
export class NearCacheWorld {
  readonly clock = new FakeClock();
  readonly leaseClock = new LeaseClock();
  readonly server = new SharedServer();
  readonly #data = new InMemorySessionProvider({}, { clock: this.clock });

  /** @param pace what each message and each call waits for on its way, there and back */
  constructor(private readonly pace: Pace = () => Promise.resolve()) {}

  /** @param cached whether it keeps what it reads */
  process(cached: boolean, kinds: Partial<CacheKinds> = {}): CacheProcess {
    const { Records, Member, Revoker } = { ...SOUND, ...kinds };
    const process = new Stoppable();
    const coherence = new ProcessCoherence(this.server, process, this.pace);
    const leases: Leases = { ...LEASES, time: timeOf(this.leaseClock, process) };
    const mailbox = new Mailbox(coherence, leases, cached);
    const view = new RosterView(coherence, leases);
    const records = new Records(LIMITS);
    const forsake = (): void => records.clear();
    const membership = new Member({ coherence, leases, mailbox, view, forsake });
    const cache = cached ? { records, membership } : undefined;
    const ownName = (): string | undefined => cache?.membership.name;
    const revocations = new Revoker({ coherence, leases, mailbox, view, ownName });
    mailbox.onMail = mailReader(mailbox, revocations, cache);
    const store = new FaultInjectingStore(this.#data);
    const parts = { store: this.#distant(store), clock: this.clock, leases, revocations, mailbox, cache };
    return { cache: new NearCache(parts), store, coherence, process };
  }

  /** The same, which has joined and serves. */
  async member(kinds: Partial<CacheKinds> = {}): Promise<CacheProcess> {
    const member = this.process(true, kinds);
    await this.#serving([member]);
    return member;
  }

  /** Two of them. */
  async members(kinds: Partial<CacheKinds> = {}): Promise<readonly [CacheProcess, CacheProcess]> {
    const both = [this.process(true, kinds), this.process(true, kinds)] as const;
    await this.#serving(both);
    return both;
  }

  /** A store whose every call and answer takes its way. */
  #distant(store: FaultInjectingStore): CacheableStore {
    return new Proxy(store as CacheableStore & FaultInjectingStore, {
      get:
        (target, name: keyof CacheableStore) =>
        async (...args: unknown[]) => {
          await this.pace(CALL_TURNS);
          const answer: unknown = await (target[name] as (...all: unknown[]) => unknown)(...args);
          await this.pace(CALL_TURNS);
          return answer;
        },
    });
  }

  async #serving(members: readonly CacheProcess[]): Promise<void> {
    for (const { cache } of members) await cache.start();
    await this.leaseClock.advance(LEASES.joinDelay + 2 * LEASES.renewal);
  }
}

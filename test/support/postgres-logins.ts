import { createHash } from 'node:crypto';
import pg from 'pg';
import { newSessionId } from '../../lib/credentials/token.js';
import type { Admission, AdmitOutcome, OwnedRecord } from '../../lib/providers/atomic-session-store.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { etagOf } from '../../lib/record/record-text.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { GatedPool } from './gated-pool.js';
import { sampleRecord } from './sample-record.js';
import type { PostgresServer } from './servers/postgres.js';

export const IDLE_MS = 600_000;

/** A login, and what became of it. */
export interface Login {
  readonly id: string;
  readonly text: string;
  readonly outcome: AdmitOutcome;
}

/** Logins into one table from several processes. */
export class PostgresLogins {
  readonly clock: FakeClock = new FakeClock();
  readonly pools: readonly GatedPool[];
  readonly stores: readonly PostgresSessionProvider[];

  private constructor(
    private readonly server: PostgresServer,
    Provider: typeof PostgresSessionProvider,
    options: Readonly<Record<string, unknown>>,
  ) {
    this.pools = Array.from({ length: 4 }, () => new GatedPool(server.url));
    this.stores = this.pools.map((pool) => new Provider({ pool, ...options }, { clock: this.clock }));
  }

  /** Makes the tables. */
  static async on(
    server: PostgresServer,
    Provider: typeof PostgresSessionProvider = PostgresSessionProvider,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<PostgresLogins> {
    const logins = new PostgresLogins(server, Provider, options);
    await logins.here.migrate();
    return logins;
  }

  get here(): PostgresSessionProvider {
    return this.#store(0);
  }

  get elsewhere(): PostgresSessionProvider {
    return this.#store(1);
  }

  /** What holds up the transactions of {@link here}. */
  get gate(): GatedPool {
    const [pool] = this.pools;
    if (!pool) throw new Error('There are four pools.');
    return pool;
  }

  /** A login with a new session. */
  async login(admission: Admission, store: PostgresSessionProvider = this.here): Promise<Login> {
    const { principal } = admission;
    const id = newSessionId();
    const text = sampleRecord({ principal, authenticatedAt: this.clock.now() });
    return { id, text, outcome: await store.admit({ id, text, deadline: this.deadline }, admission) };
  }

  /** A login with the session of an earlier one, maybe as somebody else. */
  async loginAgain(
    { id, text: before }: Pick<Login, 'id' | 'text'>,
    admission: Admission,
    store: PostgresSessionProvider = this.here,
  ): Promise<Login> {
    const text = sampleRecord({ principal: admission.principal, authenticatedAt: this.clock.now() });
    const write = { id, etag: etagOf(before), text, deadline: this.deadline };
    return { id, text, outcome: await store.admit(write, admission) };
  }

  get deadline(): number {
    return this.clock.now() + IDLE_MS;
  }

  /** The ids of the live sessions of a principal, the oldest login first. */
  async idsOf(principal: string): Promise<readonly string[]> {
    const sessions: readonly OwnedRecord[] = await this.elsewhere.sessionsOf(principal);
    return sessions.map(({ id }) => id);
  }

  /** Counts the live sessions of a principal again and again while `task` runs, past the provider, and answers the most of them. */
  async mostDuring(principal: string, task: () => Promise<unknown>): Promise<number> {
    const client = new pg.Client(this.server.url);
    client.on('error', () => undefined);
    await client.connect();
    const digest = createHash('sha256').update(principal).digest('base64url');
    let most = 0;
    let isOver = false;
    const sample = async (): Promise<void> => {
      const { rows } = await client.query<{ count: number }>({
        name: 'count',
        text: `SELECT count(*)::int FROM nestjs_sessions WHERE principal = $1 AND ended IS NULL AND deadline > $2`,
        values: [digest, this.clock.now()],
      });
      most = Math.max(most, rows[0]?.count ?? 0);
    };
    const running = task().finally(() => (isOver = true));
    while (!isOver) await sample();
    await running;
    await sample();
    await client.end();
    return most;
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  #store(index: number): PostgresSessionProvider {
    const store = this.stores[index];
    if (!store) throw new Error('There are four stores.');
    return store;
  }
}

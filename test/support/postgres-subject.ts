import pg from 'pg';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import type { ProviderContext, SessionValueRecord } from '../../lib/providers/session-provider.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import type { PostgresServer } from './servers/postgres.js';

type ProviderClass = new (
  config: SessionValueRecord,
  context: Partial<ProviderContext>,
) => PostgresSessionProvider;

/** Subjects on one server, each of two processes with a pool each. */
export class PostgresSubjects {
  private constructor(
    private readonly server: PostgresServer,
    private readonly pools: readonly pg.Pool[],
    private readonly Provider: ProviderClass,
  ) {}

  /** Makes the table. */
  static async on(
    server: PostgresServer,
    Provider: ProviderClass = PostgresSessionProvider,
  ): Promise<PostgresSubjects> {
    const pools = [1, 2].map(() => new pg.Pool({ connectionString: server.url }));
    await new PostgresSessionProvider({ pool: pools[0], migrate: true }).open();
    return new PostgresSubjects(server, pools, Provider);
  }

  make(): Subject {
    const clock = new FakeClock();
    const [store, elsewhere] = this.pools.map((pool) => new this.Provider({ pool }, { clock }));
    if (!store || !elsewhere) throw new Error('There are two pools.');
    return new Subject({
      store,
      elsewhere,
      clock,
      dump: () => this.server.dump(),
      capabilities: ['clock', 'opaque', 'principals', 'everything'],
      policy: { operationTimeout: 20_000 },
      close: () => this.#clear(),
    });
  }

  /** Law P1 wants to know exactly whose sessions there are. */
  async #clear(): Promise<void> {
    await this.pools[0]?.query('DELETE FROM nestjs_sessions');
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}

import pg from 'pg';
import type { PostgresClient, PostgresPool } from '../../lib/providers/postgres/index.js';

/** A statement of a transaction, before it is sent. */
export interface ComingStatement {
  /** As `statements.sql` has it, or the first word of one without a name. */
  readonly name: string;
  /** The process of the server that would run it. */
  readonly pid: number;
}

/** A pool whose transactions can be held up, or lose their connection, before any of their statements. */
export class GatedPool implements PostgresPool {
  /** The names of all statements, in transactions and out of them. */
  readonly sent: string[] = [];
  /** Awaited before each statement of a transaction. */
  before: (statement: ComingStatement) => Promise<unknown> | undefined = () => undefined;
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url });
    this.#pool.on('error', () => undefined);
  }

  query: PostgresPool['query'] = (query) => {
    this.sent.push(nameOf(query.name ?? query.text));
    return this.#pool.query(query);
  };

  async connect(): Promise<PostgresClient> {
    const client = await this.#pool.connect();
    const { processID: pid } = client as pg.PoolClient & { readonly processID: number };
    return {
      query: async (query) => {
        const name = nameOf(query.name ?? query.text);
        this.sent.push(name);
        await this.before({ name, pid });
        return client.query(query);
      },
      release: (destroy) => client.release(destroy),
      on: (event, listener) => client.on(event, listener),
      off: (event, listener) => client.off(event, listener),
    };
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

const nameOf = (text: string): string =>
  /^nestjs_sessions_(\w+)_[0-9a-f]+$/.exec(text)?.[1] ?? text.split(' ', 1)[0] ?? '';

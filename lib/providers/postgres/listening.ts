import { bareError } from './bare-error.js';
import type { PostgresOptions } from './postgres-options.js';
import { type PostgresClient, type PostgresPool, poolOf } from './postgres-pool.js';

/** So long after a connection was lost, or could not be made, there is another attempt. */
const RETRY_MS = 500;
/** A connection on which nothing comes may be one that is gone: it is asked this often. */
const HEARTBEAT_MS = 10_000;

type Notification = { readonly payload?: string };

/** A connection that hears what is announced. */
interface ListeningClient extends PostgresClient {
  on(event: 'error' | 'end', listener: () => void): unknown;
  on(event: 'notification', listener: (notification: Notification) => void): unknown;
}

/** Who hears what is sent on a channel. */
export interface ChannelListener {
  heard(text: string): void;
  /** The connection is lost. */
  lost(): void;
  /** It is back: what was sent meanwhile was not heard. */
  back(): void;
}

/**
 * `LISTEN` on a connection of its own, for as long as somebody wants to hear; a connection that is lost is made again.
 *
 * The connection is one beside `max_connections`. Of a pool that the app passed in, it takes one for good. Behind a PgBouncer that pools by
 * transaction nothing is ever heard: sessions with open sockets are then looked at every half minute only.
 */
export class Listening {
  #pool: PostgresPool | undefined;
  #client: ListeningClient | undefined;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly options: PostgresOptions,
    private readonly channels: readonly string[],
    private readonly listener: ChannelListener,
  ) {}

  /** Rejects when the first attempt fails. */
  async start(): Promise<void> {
    this.#pool = await poolOf({ ...this.options, maxConnections: 1 });
    try {
      await this.#listen(this.#pool);
    } catch (error) {
      await this.stop();
      throw bareError(error);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#drop();
    if (!this.options.pool) await this.#pool?.end();
  }

  async #listen(pool: PostgresPool): Promise<void> {
    const client = (await pool.connect()) as ListeningClient;
    this.#client = client;
    const lost = (): void => {
      if (this.#client === client) this.#again();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      if (this.#client === client) this.listener.heard(payload);
    });
    const text = this.channels.map((channel) => `LISTEN "${channel}"`).join('; ');
    await client.query({ text, query_timeout: this.options.timeout });
    this.#heartbeat = setInterval(() => void this.#ask(client).catch(lost), HEARTBEAT_MS).unref();
  }

  async #ask(client: ListeningClient): Promise<void> {
    await client.query({ text: 'SELECT 1', query_timeout: this.options.timeout });
  }

  /** What was announced in between was not heard. */
  #again(): void {
    this.#drop();
    if (this.#stopped) return;
    this.listener.lost();
    this.#retry = setTimeout(() => void this.#reconnect(), RETRY_MS).unref();
  }

  async #reconnect(): Promise<void> {
    if (this.#stopped || !this.#pool) return;
    try {
      await this.#listen(this.#pool);
      if (this.#stopped) this.#drop();
      else this.listener.back();
    } catch {
      this.#again();
    }
  }

  #drop(): void {
    clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = undefined;
    client?.release(true);
  }
}

import { portOf } from './adapters.js';
import { makeClient } from './make-client.js';
import { MeteredPort, type RedisUsage } from './metered-port.js';
import type { RedisOptions } from './redis-options.js';
import type { RedisPort } from './redis-port.js';
import { ReplicaAcknowledgement } from './replica-acknowledgement.js';
import { WatchedPort } from './watched-port.js';

/** The way of one provider to Redis: a client of the app, or one that is made when it is needed first. */
export class RedisConnection {
  #port: MeteredPort | undefined;
  /** Settled once there is a connection; empty before the first attempt and after a failed one. */
  #opening: Promise<RedisPort> | undefined;
  /** Empty unless the options ask for it. */
  #replicas: ReplicaAcknowledgement | undefined;
  #closed = false;

  /** @param directory against which files in the options are meant. */
  constructor(
    private readonly options: RedisOptions,
    private readonly directory: string,
  ) {}

  get usage(): RedisUsage {
    return this.#port?.usage ?? { commands: 0, failures: 0, waiting: 0 };
  }

  /** The port, connected. After a failed attempt the next call makes another one. */
  port(): Promise<RedisPort> {
    if (this.#closed) return Promise.reject(new Error('The provider is closed.'));
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Waits for replicas, if the options ask for it. */
  async confirm(): Promise<void> {
    if (!this.options.durable) return;
    await this.port();
    await this.#replicas?.confirm();
  }

  /** Lets go of every connection that was made here; the next call of {@link port} makes new ones. */
  release(): void {
    if (!this.options.client) this.#port?.close();
    this.#replicas?.close();
    this.#port = undefined;
    this.#replicas = undefined;
    this.#opening = undefined;
  }

  /** The same, for good. */
  close(): void {
    this.#closed = true;
    this.release();
  }

  async #open(): Promise<RedisPort> {
    try {
      const port = new MeteredPort(await this.#makePort());
      this.#port = port;
      if (!this.options.client) await port.open();
      await this.#openReplicas(port);
      return port;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  async #makePort(): Promise<RedisPort> {
    const { client } = this.options;
    return client ? portOf(client) : new WatchedPort(portOf(await makeClient(this.options, this.directory)));
  }

  async #openReplicas(port: RedisPort): Promise<void> {
    const { durable, prefix } = this.options;
    if (!durable) return;
    this.#replicas = new ReplicaAcknowledgement(port.duplicate(), prefix, durable);
    await this.#replicas.open();
  }
}

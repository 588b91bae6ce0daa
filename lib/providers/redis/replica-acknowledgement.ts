import type { RedisPort } from './redis-port.js';
import type { DurableOptions } from './redis-options.js';

const MARKER_LIFE_MS = '1000';

/**
 * Waits until replicas have what the server has acknowledged so far.
 *
 * `WAIT` blocks the connection that it is sent on, so it has one of its own; and whoever asks while one is under way shares the next
 * one with everybody else who does, so that a burst of logouts does not stand in line. It waits for what its own connection wrote,
 * so a marker is written before it: replication has one order, what came before the marker arrives before it.
 */
export class ReplicaAcknowledgement {
  readonly #port: RedisPort;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param port a connection that nobody else uses, not open yet. */
  constructor(
    port: RedisPort,
    private readonly prefix: string,
    private readonly options: DurableOptions,
  ) {
    this.#port = port;
  }

  open(): Promise<void> {
    return this.#port.open();
  }

  /** Rejects when not as many replicas answered in time as the options ask for. */
  confirm(): Promise<void> {
    this.#next ??= this.#current
      .catch(() => undefined)
      .then(() => {
        this.#current = this.#next ?? Promise.resolve();
        this.#next = undefined;
        return this.#wait();
      });
    return this.#next;
  }

  close(): void {
    this.#port.close();
  }

  async #wait(): Promise<void> {
    const { replicas, timeout } = this.options;
    const marker = `${this.prefix}acknowledged`;
    const [, acknowledged] = await Promise.all([
      this.#port.exec(marker, ['SET', marker, '1', 'PX', MARKER_LIFE_MS]),
      this.#port.exec(marker, ['WAIT', String(replicas), String(timeout)]),
    ]);
    if (Number(acknowledged) < replicas) {
      throw new Error(`${Number(acknowledged)} of ${replicas} replicas had it within ${timeout} ms.`);
    }
  }
}

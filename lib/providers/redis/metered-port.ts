import type { ChannelListener, RedisPort, RedisReply } from './redis-port.js';

/** What a provider asked of Redis, for a metric or a health page. */
export interface RedisUsage {
  /** Commands since the start. */
  readonly commands: number;
  /** Commands that were rejected since the start: by the server, or because there was no connection. */
  readonly failures: number;
  /** Commands that wait for an answer now. Rising means that the server or the way to it is too slow, or silent. */
  readonly waiting: number;
}

/** A port that counts what passes. */
export class MeteredPort implements RedisPort {
  #commands = 0;
  #failures = 0;
  #waiting = 0;

  constructor(private readonly port: RedisPort) {}

  get usage(): RedisUsage {
    return { commands: this.#commands, failures: this.#failures, waiting: this.#waiting };
  }

  async exec(key: string, args: readonly string[]): Promise<RedisReply> {
    this.#commands++;
    this.#waiting++;
    try {
      return await this.port.exec(key, args);
    } catch (error) {
      this.#failures++;
      throw error;
    } finally {
      this.#waiting--;
    }
  }

  open(): Promise<void> {
    return this.port.open();
  }

  duplicate(): RedisPort {
    return this.port.duplicate();
  }

  subscribe(channels: readonly string[], listener: ChannelListener): Promise<void> {
    return this.port.subscribe(channels, listener);
  }

  close(): void {
    this.port.close();
  }
}

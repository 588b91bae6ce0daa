import type { ChannelListener, RedisPort, RedisReply } from './redis-port.js';

/** Silence for this long, although something was asked, means that nobody is there any more. */
const SILENCE_MS = 10_000;

/**
 * A port that takes a new connection when the one it has is dead without knowing it: when the other side vanished without a word, a
 * client waits until the operating system gives up, a quarter of an hour on Linux.
 */
export class WatchedPort implements RedisPort {
  #port: RedisPort;
  /** When the first command was sent that nothing has answered since; empty when nothing is awaited. */
  #silentSince: number | undefined;

  constructor(
    port: RedisPort,
    private readonly silenceMs: number = SILENCE_MS,
  ) {
    this.#port = port;
  }

  exec(key: string, args: readonly string[]): Promise<RedisReply> {
    const now = performance.now();
    if (this.#silentSince !== undefined && now - this.#silentSince > this.silenceMs) this.#replace();
    this.#silentSince ??= now;
    const port = this.#port;
    return port.exec(key, args).finally(() => {
      if (port === this.#port) this.#silentSince = undefined;
    });
  }

  open(): Promise<void> {
    return this.#port.open();
  }

  duplicate(): RedisPort {
    return new WatchedPort(this.#port.duplicate(), this.silenceMs);
  }

  subscribe(channels: readonly string[], listener: ChannelListener): Promise<void> {
    return this.#port.subscribe(channels, listener);
  }

  close(): void {
    this.#port.close();
  }

  /** Commands are rejected until the new connection is there, which tries for ever. */
  #replace(): void {
    const dead = this.#port;
    this.#port = dead.duplicate();
    this.#silentSince = undefined;
    dead.close();
    this.#port.open().catch(() => undefined);
  }
}

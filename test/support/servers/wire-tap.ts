import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Long enough for a client to have sent all that it sends before it waits for an answer. */
const HOLD_MS = 15;

/**
 * A wire between a client and a server, on the loopback, with somebody who counts, cuts and silences.
 *
 * Answers are held back for a moment, so a client that waits for one before it goes on is told from one that does not.
 */
export class WireTap {
  /** How often the client sent something after an answer, or as the first: what the distance to a server is multiplied with. */
  roundTrips = 0;
  /** The bytes of all that the client sent. */
  sent = '';
  #cutAt: RegExp | undefined;
  readonly #links = new Set<Link>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => this.#connect(client));
  }

  /** @param target a port of the loopback. */
  static async start(target: number): Promise<WireTap> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WireTap(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#links.size;
  }

  /** Counts the round trips of a task. */
  async during(task: () => unknown): Promise<number> {
    this.roundTrips = 0;
    this.sent = '';
    for (const link of this.#links) link.answered = true;
    await task();
    return this.roundTrips;
  }

  /** The next command that matches reaches the server; its answer does not come back, as the connection breaks. */
  cutAfter(command: RegExp): void {
    this.#cutAt = command;
  }

  /** From now on nothing passes on the connections that are there; nobody is told. New ones work. */
  silence(): void {
    for (const link of this.#links) link.mute = true;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const { client } of this.#links) client.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const { client } of this.#links) client.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #connect(client: Socket): void {
    const server = createConnection(this.target, '127.0.0.1');
    const link: Link = { client, answered: true, mute: false };
    this.#links.add(link);
    client.on('data', (chunk) => this.#pass(link, chunk, server));
    server.on('data', (chunk) => this.#answer(link, chunk));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#links.delete(link);
        other.destroy();
      });
    }
  }

  #pass(link: Link, chunk: Buffer, server: Socket): void {
    if (link.mute) return;
    if (link.answered) this.roundTrips++;
    link.answered = false;
    this.sent += chunk.toString('latin1');
    server.write(chunk);
    if (!this.#cutAt?.test(chunk.toString('latin1'))) return;
    this.#cutAt = undefined;
    server.once('data', () => link.client.resetAndDestroy());
  }

  #answer(link: Link, chunk: Buffer): void {
    setTimeout(() => {
      if (link.mute || link.client.destroyed) return;
      link.answered = true;
      link.client.write(chunk);
    }, HOLD_MS);
  }
}

interface Link {
  readonly client: Socket;
  /** Whether the client has got an answer since it sent something. */
  answered: boolean;
  mute: boolean;
}

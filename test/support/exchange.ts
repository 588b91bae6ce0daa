import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a client has at the end of an exchange. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * One request on a connection of its own, watched on the wire: a response that a parser does not show yet may already have left
 * the server.
 */
export class Exchange {
  /** Bytes that came from the server so far. */
  bytes = 0;
  /** Rejects when the connection ends before the response does. */
  readonly received: Promise<Received>;
  readonly #request;

  constructor(url: string, options: RequestOptions = {}) {
    this.#request = request(url, { agent: false, ...options });
    this.#request.on('socket', (socket) => socket.on('data', (data: Buffer) => (this.bytes += data.length)));
    this.received = this.#receive();
    this.received.catch(() => undefined);
    this.#request.end();
  }

  /** The client goes away. */
  abort(): void {
    this.#request.destroy();
  }

  async #receive(): Promise<Received> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.#request.on('response', resolve).on('error', reject);
    });
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers, body: await buffer(response) };
  }
}

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A server that answers each chunk it gets with the same bytes, or with nothing: what is on a port by mistake. */
export class OddServer {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.#sockets.add(socket));
  }

  /** @param answer empty for a server that never says anything. */
  static async start(answer: (asked: string) => string = () => ''): Promise<OddServer> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => socket.write(answer(chunk.toString('latin1'))));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OddServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

import type { IncomingMessage } from 'node:http';

/** A socket, and the request by which it was opened. */
export interface OpenedSocket {
  readonly socket: object;
  readonly request: IncomingMessage;
}

/** A route that may answer a request with a socket, as @fastify/websocket knows it. */
export interface SocketRoute {
  wsHandler?: (this: unknown, socket: object, request: FastifyUpgrade, ...rest: unknown[]) => unknown;
}

/** The request of such a route. */
interface FastifyUpgrade {
  readonly raw: IncomingMessage;
}

const opened = new WeakMap<IncomingMessage, OpenedSocket>();

/**
 * Remembers the sockets that routes of a Fastify app are given: Mercurius tells its resolvers of the request, but not of the socket that
 * has to close with the session. Has to run before a route is made; costs the requests nothing.
 */
export function rememberSockets(app: {
  addHook(name: 'onRoute', hook: (route: SocketRoute) => void): unknown;
}): void {
  app.addHook('onRoute', (route) => {
    const { wsHandler } = route;
    if (!wsHandler) return;
    route.wsHandler = function (socket, request, ...rest) {
      opened.set(request.raw, { socket, request: asReceived(request.raw) });
      return wsHandler.call(this, socket, request, ...rest);
    };
  });
}

/** The socket that this request became, if any. */
export const socketOpenedBy = (request: IncomingMessage): OpenedSocket | undefined => opened.get(request);

/** Mercurius adds to the headers what the client says in `connection_init`; a cookie is what its browser sent, and nothing else. */
const asReceived = (request: IncomingMessage): IncomingMessage =>
  Object.create(request, { headers: { value: { ...request.headers } } }) as IncomingMessage;

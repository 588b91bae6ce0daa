import type { SessionRuntime } from '../../http/session-runtime.js';
import { SocketConnection } from '../../http/socket/socket-connection.js';
import { runInScope } from '../../session/current.js';
import { usesSession } from '../bind-handlers.js';
import { appOf, type GatewayApp } from './gateway-apps.js';
import { socketClient } from './socket-client.js';

/** A method of a gateway that Nest calls with each new client. */
type HandleConnection = (this: object, client: object, ...rest: unknown[]) => unknown;

/** The connection of each client: several gateways may share a server, and so its clients. */
const connections = new WeakMap<object, SocketConnection>();

/**
 * Lets a gateway find the session of each client that connects, before any message of it is handled. Nest has no other place where
 * somebody gets to see the handshake of ws; that method may also be the gateway's own, and then it runs as a message does.
 */
export function hookConnections(gateway: NewableFunction): void {
  const prototype = gateway.prototype as { handleConnection?: HandleConnection };
  const own = prototype.handleConnection;
  const hooked: HandleConnection = function (client, ...rest) {
    const app = appOf(gateway, this);
    const connection = app && connect(app, gateway, client, rest);
    if (!connection) return own?.call(this, client, ...rest);
    return own && greet(connection, () => own.call(this, client, ...rest));
  };
  Object.defineProperty(prototype, 'handleConnection', {
    value: hooked,
    configurable: true,
    writable: true,
  });
}

function connect(
  { runtimes }: GatewayApp,
  ...[gateway, client, rest]: [NewableFunction, object, readonly unknown[]]
): SocketConnection | undefined {
  const known = connections.get(client);
  const socket = known ? undefined : socketClient(client, rest);
  const connection =
    known ?? (socket && new SocketConnection(socket.handshake, runtimes, (why) => socket.close(why)));
  if (!connection) return withoutHandshake(runtimes[0]);
  if (socket) {
    connections.set(client, connection);
    socket.onceClosed(() => connection.release());
    socket.aroundMessages((deliver) =>
      connection.closed ? undefined : runInScope(connection.message(), deliver),
    );
  }
  if (usesSession(gateway) || runtimes.some(({ parts }) => parts.everywhere)) void connection.open();
  return connection;
}

const warned = new WeakSet<SessionRuntime>();

/** An adapter that nobody here knows: its messages have no session, and say so when they are asked for one. */
function withoutHandshake(runtime: SessionRuntime | undefined): undefined {
  if (!runtime || warned.has(runtime)) return;
  warned.add(runtime);
  runtime.parts.warn(
    'A client of a gateway has no handshake to be found, so its messages have no session. ' +
      'Fix: use the adapter of @nestjs/platform-socket.io or @nestjs/platform-ws.',
  );
}

/** What a gateway does with a new client may use the session as a message does; a commit that fails closes the socket. */
function greet(connection: SocketConnection, handle: () => unknown): unknown {
  const message = connection.message();
  const result = runInScope(message, handle);
  const settle = async (): Promise<void> => {
    await result;
    await message.settle();
  };
  settle().catch(() => connection.cut('outage'));
  return result;
}

import type { IncomingMessage } from 'node:http';
import { noRequest } from '../../errors/use.js';
import type { MessageContext } from '../../http/socket/message-context.js';
import { SocketConnection } from '../../http/socket/socket-connection.js';
import type { SessionRuntime } from '../../http/session-runtime.js';
import { runtimesOfServer } from '../platform/server-runtimes.js';
import { socketClient } from './socket-client.js';
import { type OpenedSocket, socketOpenedBy } from './upgraded-sockets.js';

/** The connection of each socket of GraphQL, and the context of each operation that came over it. */
const connections = new WeakMap<object, SocketConnection>();
const operations = new WeakMap<object, MessageContext>();

/**
 * The session of an operation that came by GraphQL over WebSocket; `undefined` for one that came otherwise, or to a server that no
 * SessionModule serves.
 *
 * @param root the GraphQL context, made anew for each operation
 * @throws SessionError NO_REQUEST for a socket that cannot be found, and so could not be closed with its session
 */
export function subscriptionBearer(root: unknown): MessageContext | undefined {
  const known = operations.get(root as object);
  if (known) return known;
  const operation = connectionOf(root)?.message();
  if (operation) operations.set(root as object, operation);
  return operation;
}

function connectionOf(root: unknown): SocketConnection | undefined {
  const extra = extraIn(root);
  if (extra) return connectionOver(extra);
  const upgrade = upgradeIn(root);
  const opened = upgrade && socketOpenedBy(upgrade);
  if (opened) return connectionOver(opened);
  if (upgrade && runtimesBehind(upgrade)) throw noRequest(true);
  return undefined;
}

function connectionOver({ socket, request }: OpenedSocket): SocketConnection | undefined {
  const known = connections.get(socket);
  if (known) return known;
  const runtimes = runtimesBehind(request);
  if (!runtimes) return undefined;
  const client = socketClient(socket, [request]);
  if (!client) throw noRequest(true);
  const connection = new SocketConnection(request, runtimes, (why) => client.close(why));
  connections.set(socket, connection);
  client.onceClosed(() => connection.release());
  return connection;
}

const runtimesBehind = ({ socket }: IncomingMessage): readonly SessionRuntime[] | undefined =>
  runtimesOfServer((socket as { readonly server?: object }).server);

/** What graphql-ws keeps of a socket: in the context itself, or in what Nest puts there as the request. */
function extraIn(root: unknown): OpenedSocket | undefined {
  const { extra, req } = (root ?? {}) as { readonly extra?: unknown; readonly req?: unknown };
  return [extra, (req as { readonly extra?: unknown } | undefined)?.extra].find(isExtra);
}

const isExtra = (value: unknown): value is OpenedSocket =>
  typeof value === 'object' && value !== null && 'socket' in value && 'request' in value;

/** The request that became the socket, as Mercurius hands it on; @fastify/websocket marks it. */
function upgradeIn(root: unknown): IncomingMessage | undefined {
  const { request } = (root ?? {}) as { readonly request?: { ws?: unknown; raw?: IncomingMessage } | null };
  return request?.ws === true ? request.raw : undefined;
}

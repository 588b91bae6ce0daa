import type { IncomingMessage } from 'node:http';
import type { MessageContext } from '../../http/socket/message-context.js';
import { SocketConnection } from '../../http/socket/socket-connection.js';
import { runtimesOfServer } from '../platform/server-runtimes.js';
import { socketClient } from './socket-client.js';

/** What graphql-ws keeps of the socket of an operation. */
interface SocketExtra {
  readonly socket: object;
  readonly request: IncomingMessage;
}

/** The connection of each socket of graphql-ws, and the context of each operation that came over it. */
const connections = new WeakMap<object, SocketConnection>();
const operations = new WeakMap<object, MessageContext>();

/**
 * The session of an operation that came by GraphQL over WebSocket; `undefined` for one that came otherwise, or to a server that no
 * SessionModule serves.
 *
 * @param root the GraphQL context, made anew for each operation
 */
export function subscriptionBearer(root: unknown): MessageContext | undefined {
  const extra = extraIn(root);
  if (!extra) return undefined;
  const known = operations.get(root as object);
  if (known) return known;
  const operation = connectionOf(extra)?.message();
  if (operation) operations.set(root as object, operation);
  return operation;
}

function connectionOf({ socket, request }: SocketExtra): SocketConnection | undefined {
  const known = connections.get(socket);
  if (known) return known;
  const runtimes = runtimesOfServer((request.socket as { readonly server?: object }).server);
  const client = runtimes && socketClient(socket, [request]);
  if (!client) return undefined;
  const connection = new SocketConnection(request, runtimes, (why) => client.close(why));
  connections.set(socket, connection);
  client.onceClosed(() => connection.release());
  return connection;
}

/** Where it is: in the context itself, or in what Nest puts there as the request. */
function extraIn(root: unknown): SocketExtra | undefined {
  const { extra, req } = (root ?? {}) as { readonly extra?: unknown; readonly req?: unknown };
  return [extra, (req as { readonly extra?: unknown } | undefined)?.extra].find(isExtra);
}

const isExtra = (value: unknown): value is SocketExtra =>
  typeof value === 'object' && value !== null && 'socket' in value && 'request' in value;

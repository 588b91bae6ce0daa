import type { IncomingMessage } from 'node:http';
import type { EndOfConnection } from '../../session/connection-line.js';

/** Why a socket is closed: its session, the app, or a store that could not say whose it is. */
export type EndOfSocket = EndOfConnection | 'outage';

/** What is done with the client of a gateway, whichever library it comes from. */
export interface SocketClient {
  readonly handshake: IncomingMessage;
  /** Lets `around` run each message that comes in; it decides by calling `deliver`. */
  aroundMessages(around: (deliver: () => unknown) => unknown): void;
  onceClosed(listener: () => void): void;
  close(why: EndOfSocket): void;
}

/** What of a socket of socket.io is used. */
interface IoSocket {
  readonly request: IncomingMessage;
  use(middleware: (packet: unknown, next: () => void) => void): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
  disconnect(close: boolean): unknown;
}

/** What of a socket of ws is used. */
interface WsSocket {
  emit(event: string | symbol, ...args: unknown[]): boolean;
  once(event: 'close', listener: () => void): unknown;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** 4000 to 4999 are the app's (RFC 6455, 7.4.2); 4401 is what GraphQL over WebSocket says for the same. */
const CLOSE_CODES: Readonly<Record<EndOfSocket, readonly [code: number, reason: string]>> = {
  ended: [4401, 'The session ended.'],
  superseded: [4401, 'The session got a new token.'],
  shutdown: [1001, 'The server closes.'],
  outage: [1013, 'Try again later.'],
};

/** So long a client may take to answer that it closes; a hostile one would take for ever. */
const CLOSING_MS = 1000;

/**
 * The client that a gateway's `handleConnection` is given; `undefined` for an adapter that this does not know.
 *
 * @param rest what it is given beside the client; with ws, the request of the handshake is in there and nowhere else
 */
export function socketClient(client: unknown, rest: readonly unknown[]): SocketClient | undefined {
  if (isIoSocket(client)) return ioClient(client);
  const [handshake] = rest;
  return isWsSocket(client) && isHandshake(handshake) ? wsClient(client, handshake) : undefined;
}

const ioClient = (socket: IoSocket): SocketClient => ({
  handshake: socket.request,
  aroundMessages: (around) => void socket.use((_packet, next) => void around(next)),
  onceClosed: (listener) => void socket.once('disconnect', listener),
  close: () => void socket.disconnect(true),
});

/** ws has no middleware; but what comes in, comes in by an event, and a handler runs inside of its `emit`. */
const wsClient = (socket: WsSocket, handshake: IncomingMessage): SocketClient => ({
  handshake,
  aroundMessages(around) {
    const emit = socket.emit.bind(socket);
    socket.emit = (event, ...args) =>
      event === 'message' ? around(() => emit(event, ...args)) === true : emit(event, ...args);
  },
  onceClosed: (listener) => void socket.once('close', listener),
  close(why) {
    socket.close(...CLOSE_CODES[why]);
    const force = setTimeout(() => socket.terminate(), CLOSING_MS).unref();
    socket.once('close', () => clearTimeout(force));
  },
});

const has = (value: unknown, ...methods: readonly string[]): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

const isHandshake = (value: unknown): value is IncomingMessage =>
  typeof value === 'object' && value !== null && 'headers' in value;

const isIoSocket = (value: unknown): value is IoSocket =>
  has(value, 'use', 'once', 'disconnect') && isHandshake(value['request']);

const isWsSocket = (value: unknown): value is WsSocket => has(value, 'emit', 'once', 'close', 'terminate');

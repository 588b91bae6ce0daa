import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { Deferred } from './deferred.js';

type Headers = Readonly<Record<string, string>>;

/** The sockets of a browser, for a library that makes them by itself: with the headers that the browser sends. */
export const webSocketWith = (headers: Headers): typeof WebSocket =>
  class extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers });
    }
  } as never;

/** What came back for a message: the data of an answer, or what was refused. */
export interface SocketAnswer {
  readonly event: string;
  readonly data: unknown;
}

/** A client of a gateway, whichever library it is made of. Asks one thing at a time. */
export interface TestSocket {
  /** Settles when the socket is closed by the server: the code, where the protocol has one, and when. */
  readonly closed: Promise<{ readonly code?: number; readonly at: number }>;
  /** Sends a message, and answers what comes back next. */
  ask(event: string, data?: unknown): Promise<SocketAnswer>;
  close(): void;
}

/** A library of sockets: its adapter of Nest, and its client. */
export interface SocketKind {
  readonly adapter: (nest: INestApplication) => void;
  /** @throws when the handshake is refused; the message tells the status. */
  readonly connect: (url: string, headers?: Headers) => Promise<TestSocket>;
}

/** Those that ask, first come first served. */
class Answers {
  readonly #waiting: Deferred<SocketAnswer>[] = [];
  #over = false;
  readonly closed = new Deferred<{ readonly code?: number; readonly at: number }>();

  next(): Promise<SocketAnswer> {
    const answer = new Deferred<SocketAnswer>();
    if (this.#over) answer.reject(new Error('The socket is closed.'));
    else this.#waiting.push(answer);
    return answer.promise;
  }

  heard(event: string, data: unknown): void {
    this.#waiting.shift()?.resolve({ event, data });
  }

  close(code?: number): void {
    this.#over = true;
    this.closed.resolve({ at: Date.now(), ...(code === undefined ? {} : { code }) });
    for (const each of this.#waiting.splice(0)) each.reject(new Error('The socket was closed.'));
  }
}

const ws: SocketKind = {
  adapter: (nest) => void nest.useWebSocketAdapter(new WsAdapter(nest)),
  async connect(url, headers = {}) {
    const answers = new Answers();
    const opened = new Deferred();
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket
      .on('open', () => opened.resolve())
      .on('error', (error) => opened.reject(error))
      .on('close', (code) => answers.close(code))
      .on('message', (raw: Buffer) => {
        const { event, data } = JSON.parse(raw.toString()) as SocketAnswer;
        answers.heard(event, data);
      });
    await opened.promise;
    return {
      closed: answers.closed.promise,
      ask(event, data) {
        const answer = answers.next();
        socket.send(JSON.stringify({ event, data }));
        return answer;
      },
      close: () => socket.terminate(),
    };
  },
};

const connectIo = async (url: string, headers: Headers = {}): Promise<TestSocket> => {
  const answers = new Answers();
  const opened = new Deferred();
  const socket: Socket = io(url, {
    extraHeaders: { ...headers },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  socket
    .on('connect', () => opened.resolve())
    .on('connect_error', (error) => opened.reject(error))
    .on('disconnect', () => answers.close())
    .onAny((event: string, data: unknown) => answers.heard(event, data));
  await opened.promise;
  return {
    closed: answers.closed.promise,
    ask(event, data) {
      const answer = answers.next();
      socket.emit(event, data);
      return answer;
    },
    close: () => void socket.disconnect(),
  };
};

const socketIo: SocketKind = {
  adapter: (nest) => void nest.useWebSocketAdapter(new IoAdapter(nest)),
  connect: connectIo,
};

/** Each library that Nest has an adapter for, for `describe.each`. */
export const SOCKETS: readonly (readonly [name: string, kind: SocketKind])[] = [
  ['ws', ws],
  ['socket.io', socketIo],
];

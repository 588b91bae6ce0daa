import type { ServerResponse } from 'node:http';
import { applyHeaders } from './head-arguments.js';

/** What the gate asks of the request whose response it holds. */
export interface GateKeeper {
  /** Commits before the first byte; `undefined` when there is nothing to wait for. */
  settle(statusCode: number): Promise<void> | undefined;
  /** Commits what a stream changed after the first byte; `undefined` when there is nothing to wait for. */
  settleLate(): Promise<void> | undefined;
  /** Writes our headers; called once, after the commit and before the first byte. */
  writeHeaders(): void;
  /** What a client sees when the commit failed before the first byte. */
  failure(error: unknown): { readonly statusCode: number; readonly body: string };
}

type Call = () => unknown;
type WriteHead = (statusCode: number, ...rest: unknown[]) => ServerResponse;
type Write = (...args: unknown[]) => boolean;
type End = (...args: unknown[]) => ServerResponse;

/** Headers that describe the answer that is not sent, when a failure takes its place. */
const ABOUT_THE_BODY = [
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'set-cookie',
  'trailer',
  'transfer-encoding',
];

/**
 * Holds the first byte of a response until the session is committed, whoever writes it: a returned value, `@Res()`, a stream, a
 * filter, a guard that rejects, a 404. Without it a client can see a success, follow a redirect, and not find what it just stored.
 *
 * | state     | a call to `writeHead`, `write`, `end`, `flushHeaders`                       |
 * |-----------|-----------------------------------------------------------------------------|
 * | `open`    | asks for the commit; goes through at once if there is nothing to wait for   |
 * | `holding` | waits in line; `write` answers false, and 'drain' follows on release         |
 * | `flowing` | goes through; the last `end` of a stream asks for a late commit first        |
 * | `ending`  | is dropped: the end is waiting for the late commit                          |
 * | `failed`  | is dropped: the failure has been sent                                       |
 *
 * While it holds, the response says that its headers are sent, and that it ended if `end` is in the line, so that no framework
 * sends a second answer.
 */
export class ResponseGate {
  #state: 'open' | 'holding' | 'flowing' | 'ending' | 'failed' = 'open';
  #line: Call[] = [];
  #owesDrain = false;
  #streamed = false;
  readonly #writeHead: WriteHead;
  readonly #write: Write;
  readonly #end: End;
  readonly #flushHeaders: () => void;

  constructor(
    private readonly res: ServerResponse,
    private readonly keeper: GateKeeper,
  ) {
    this.#writeHead = res.writeHead.bind(res) as WriteHead;
    this.#write = res.write.bind(res) as Write;
    this.#end = res.end.bind(res) as End;
    this.#flushHeaders = res.flushHeaders.bind(res);
    Object.assign(res, {
      writeHead: (statusCode: number, ...rest: unknown[]) => this.#onWriteHead(statusCode, rest),
      write: (...args: unknown[]) => this.#onWrite(args),
      end: (...args: unknown[]) => this.#onEnd(args),
      flushHeaders: () => this.#onFlushHeaders(),
    });
    res.once('close', () => this.#onClose());
  }

  #onWriteHead(statusCode: number, rest: readonly unknown[]): ServerResponse {
    if (this.#state === 'open' || this.#state === 'holding') {
      this.res.statusCode = statusCode;
      const reason = applyHeaders(this.res, rest);
      this.#pass(() =>
        reason === undefined ? this.#writeHead(statusCode) : this.#writeHead(statusCode, reason),
      );
    } else if (this.#state === 'flowing') {
      this.#writeHead(statusCode, ...rest);
    }
    return this.res;
  }

  #onFlushHeaders(): void {
    this.#streamed = true;
    this.#pass(() => this.#flushHeaders());
  }

  #onWrite(args: readonly unknown[]): boolean {
    this.#streamed = true;
    const written = this.#pass(() => this.#write(...args));
    if (this.#state === 'holding') this.#owesDrain = true;
    return this.#state === 'failed' || written === true;
  }

  #onEnd(args: readonly unknown[]): ServerResponse {
    if (this.#state === 'flowing' && this.#streamed) this.#endStream(args);
    else this.#pass(() => this.#end(...args));
    if (this.#state === 'holding') pretend(this.res, 'writableEnded');
    return this.res;
  }

  #pass(call: Call): unknown {
    if (this.#state === 'flowing') return call();
    if (this.#state === 'holding') return void this.#line.push(call);
    if (this.#state !== 'open') return undefined;
    const commit = this.keeper.settle(this.res.statusCode);
    if (!commit) {
      this.#open();
      return call();
    }
    this.#hold(call, commit);
    return undefined;
  }

  #hold(call: Call, commit: Promise<void>): void {
    this.#state = 'holding';
    this.#line.push(call);
    pretend(this.res, 'headersSent');
    commit.then(
      () => this.#release(),
      (error: unknown) => this.#fail(error),
    );
  }

  #open(): void {
    this.#state = 'flowing';
    if (!this.res.headersSent) this.keeper.writeHeaders();
  }

  #release(): void {
    unpretend(this.res);
    if (this.res.destroyed) return;
    this.#open();
    const line = this.#line;
    this.#line = [];
    for (const call of line) call();
    if (this.#owesDrain && !this.res.writableNeedDrain) this.res.emit('drain');
  }

  /** A stream is over: what it changed in the session is committed before its last byte, so that a client which read it all finds it. */
  #endStream(args: readonly unknown[]): void {
    const commit = this.keeper.settleLate();
    if (!commit) return void this.#end(...args);
    this.#state = 'ending';
    pretend(this.res, 'writableEnded');
    commit.then(
      () => {
        unpretend(this.res);
        this.#end(...args);
      },
      () => this.res.destroy(),
    );
  }

  #fail(error: unknown): void {
    unpretend(this.res);
    this.#line = [];
    this.#state = 'failed';
    if (this.res.destroyed) return;
    const { statusCode, body } = this.keeper.failure(error);
    for (const name of ABOUT_THE_BODY) this.res.removeHeader(name);
    this.res.statusCode = statusCode;
    this.res.statusMessage = '';
    this.res.setHeader('Content-Type', 'application/json; charset=utf-8');
    this.res.setHeader('Cache-Control', 'no-store');
    this.#state = 'flowing';
    this.#end(body);
    this.#state = 'failed';
  }

  /** The client went away. What the handler changed is still committed: it cannot know that nobody listens. */
  #onClose(): void {
    if (this.#state === 'open') this.keeper.settle(this.res.statusCode)?.catch(() => undefined);
  }
}

type Flag = 'headersSent' | 'writableEnded';

const pretend = (res: ServerResponse, flag: Flag): void => {
  Object.defineProperty(res, flag, { value: true, configurable: true, writable: true });
};

function unpretend(res: ServerResponse): void {
  const own = res as Partial<Record<Flag, boolean>>;
  delete own.headersSent;
  delete own.writableEnded;
}

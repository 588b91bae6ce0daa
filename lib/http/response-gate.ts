import type { ServerResponse } from 'node:http';
import type { GateKeeper } from './gate-keeper.js';
import { applyHeaders } from './head-arguments.js';
import { preparePretence, pretend, unpretend } from './pretence.js';
import { replaceAnswer } from './replace-answer.js';

type Call = () => unknown;
type WriteHead = (statusCode: number, ...rest: unknown[]) => ServerResponse;
type Write = (...args: unknown[]) => boolean;
type End = (...args: unknown[]) => ServerResponse;

/**
 * Once this much is in line, `write` answers false. More than any stream's own mark (64 KiB from Node 22 on): a middleware that
 * compresses lets nobody hear of a 'drain' but its own, and it has none until it was given more than it wanted.
 */
const HELD_BYTES = 128 * 1024;

/**
 * Holds the first byte of a response until the session is committed, whoever writes it: a returned value, `@Res()`, a stream, a
 * filter, a guard that rejects, a 404. Without it a client can see a success, follow a redirect, and not find what it just stored.
 *
 * | state     | a call to `write`, `end`, `flushHeaders`                                     |
 * |-----------|------------------------------------------------------------------------------|
 * | `open`    | asks for the commit; goes through at once if there is nothing to wait for    |
 * | `holding` | waits in line; 'drain' follows on release if `write` answered false          |
 * | `flowing` | goes through; the `end` of a stream asks for a late commit first             |
 * | `ending`  | is dropped: the end is waiting for the late commit                           |
 * | `ended`   | is dropped: the answer is complete                                           |
 * | `failed`  | is dropped: the failure has been sent                                        |
 *
 * `writeHead` sends nothing by itself: it stands first in line until one of the others comes. While a head or more is in line, the
 * response says that its headers are sent, and that it ended if `end` is in line, so that no framework sends a second answer.
 */
export class ResponseGate {
  #state: 'open' | 'holding' | 'flowing' | 'ending' | 'ended' | 'failed' = 'open';
  #line: Call[] = [];
  #held = 0;
  #streamed = false;
  /** Who wants to hear of a call in line, as the last of its arguments. */
  #callbacks: unknown[] = [];
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
    preparePretence(res);
    if (res.headersSent) this.#beginLate();
    Object.assign(res, {
      writeHead: (statusCode: number, ...rest: unknown[]) => this.#onWriteHead(statusCode, rest),
      write: (...args: unknown[]) => this.#onWrite(args),
      end: (...args: unknown[]) => this.#onEnd(args),
      flushHeaders: () => this.#onFlushHeaders(),
    });
  }

  /** Whether the head has left: too late for a cookie. */
  get begun(): boolean {
    return this.#state !== 'open' && this.#state !== 'holding';
  }

  /** The session was first used when the response was on its way. */
  #beginLate(): void {
    this.#state = this.res.writableEnded ? 'ended' : 'flowing';
    this.#streams();
  }

  /** The answer comes in parts, so its client may go away in between. */
  #streams(): void {
    if (this.#streamed) return;
    this.#streamed = true;
    this.res.once('close', () => this.#onClose());
  }

  #onWriteHead(statusCode: number, rest: readonly unknown[]): ServerResponse {
    if (this.#state === 'open' || this.#state === 'holding') {
      this.#line.push(this.#headOf(statusCode, rest));
      pretend(this.res, 'headersSent');
    } else if (this.#state === 'flowing' && rest.length > 0 && !this.res.headersSent) {
      const head = this.#headOf(statusCode, rest);
      this.keeper.writeHeaders();
      head();
    } else if (this.#state === 'flowing') {
      this.#writeHead(statusCode, ...rest);
    }
    return this.res;
  }

  /** A head whose headers are on the response already, so that ours can be added to them. */
  #headOf(statusCode: number, rest: readonly unknown[]): Call {
    this.res.statusCode = statusCode;
    const reason = applyHeaders(this.res, rest);
    return () => (reason === undefined ? this.#writeHead(statusCode) : this.#writeHead(statusCode, reason));
  }

  #onFlushHeaders(): void {
    this.#streams();
    this.#pass(() => this.#flushHeaders());
  }

  #onWrite(args: readonly unknown[]): boolean {
    this.#streams();
    const written = this.#pass(() => this.#write(...args), args.at(-1));
    if (this.#state !== 'holding') return written !== false;
    this.#held += (args[0] as Partial<Uint8Array> | undefined)?.length ?? 0;
    return this.#held < HELD_BYTES;
  }

  #onEnd(args: readonly unknown[]): ServerResponse {
    if (this.#state === 'flowing' && this.#streamed) this.#endStream(args);
    else this.#pass(() => this.#finish(args), args.at(-1));
    if (this.#state === 'holding') pretend(this.res, 'writableEnded');
    return this.res;
  }

  #pass(call: Call, callback?: unknown): unknown {
    if (this.#state === 'flowing') return call();
    if (this.begun || this.res.writableEnded) return tellDropped(callback);
    this.#line.push(call);
    this.#callbacks.push(callback);
    if (this.#state === 'holding') return undefined;
    const commit = this.keeper.settle(this.res.statusCode);
    if (!commit) return this.#flow();
    this.#state = 'holding';
    pretend(this.res, 'headersSent');
    this.#await(commit);
    return undefined;
  }

  #await(commit: Promise<void>): void {
    commit.then(
      () => this.#release(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** What was changed while the commit ran is committed as well, if the whole response is in line: nobody asks again after it. */
  #release(): void {
    const more = this.res.writableEnded ? this.keeper.settle(this.res.statusCode) : undefined;
    if (more) return this.#await(more);
    if (this.res.destroyed) return this.#drop('ended');
    try {
      this.#flow();
      if (!this.res.writableNeedDrain) this.#wakeWriters();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Nobody is there to get what is in line, or what may still come. */
  #drop(state: 'ended' | 'failed'): void {
    unpretend(this.res);
    this.#line = [];
    this.#callbacks.splice(0).forEach(tellDropped);
    this.#state = state;
    this.#wakeWriters();
  }

  /** Whoever was told to wait goes on, also when the rest is dropped: it may hold a file open. */
  #wakeWriters(): void {
    if (this.#held >= HELD_BYTES) this.res.emit('drain');
  }

  /** Lets the line through. Answers what the last call answered. */
  #flow(): unknown {
    unpretend(this.res);
    this.#state = 'flowing';
    this.keeper.writeHeaders();
    const line = this.#line;
    this.#line = [];
    this.#callbacks = [];
    return line.reduce<unknown>((_, call) => call(), undefined);
  }

  /** A stream is over: what it changed in the session is committed before its last byte, so that a client which read it all finds it. */
  #endStream(args: readonly unknown[]): void {
    const commit = this.keeper.settleLate();
    if (!commit) return this.#finish(args);
    this.#state = 'ending';
    pretend(this.res, 'writableEnded');
    const end = (): void => {
      unpretend(this.res);
      this.#finish(args);
    };
    commit.then(end).catch((error: unknown) => this.#breakOff(error));
  }

  /** The `end` of HTTP/2 comes back through `write`, so the gate lets it flow. */
  #finish(args: readonly unknown[]): void {
    this.#state = 'flowing';
    this.#end(...args);
    this.#state = 'ended';
  }

  /** Node refused what was in line, or a late commit failed. */
  #breakOff(error: unknown): void {
    unpretend(this.res);
    if (!this.res.headersSent) return this.#fail(error);
    this.#state = 'failed';
    this.keeper.cutOff(error);
    this.res.destroy();
  }

  #fail(error: unknown): void {
    const { statusCode, body } = this.keeper.failure(error);
    if (!this.res.destroyed) {
      unpretend(this.res);
      replaceAnswer(this.res, statusCode);
      this.keeper.writeHeaders();
      this.#finish([body]);
    }
    this.#drop('failed');
  }

  /**
   * The client went away. A handler that still runs goes on to an answer, and its changes are committed then; a stream may be cut
   * without an `end`, and what it changed so far is committed now.
   */
  #onClose(): void {
    if (this.#state === 'flowing' && this.#streamed) this.keeper.settleLate()?.catch(() => undefined);
  }
}

/** As Node does after the end: whoever waits for the callback of a `write` or `end` must not wait for ever. */
function tellDropped(callback: unknown): void {
  const error = new Error('The response is over; this part was dropped.');
  if (typeof callback === 'function')
    process.nextTick(() => void Reflect.apply(callback, undefined, [error]));
}

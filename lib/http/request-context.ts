import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { SessionError } from '../errors/session-error.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { DeviceFacts } from '../record/meta.js';
import { refuseProperties, type Session, type SessionType } from '../session/session.js';
import { SessionHandle } from '../session/session-handle.js';
import { deviceFacts } from './device-facts.js';
import type { Failure, GateKeeper } from './gate-keeper.js';
import { type PresentedTokens, presentedTokens } from './presented-tokens.js';
import { isEncrypted, type PlatformRequest, requestLine } from './request-facts.js';
import { ResponseGate } from './response-gate.js';
import type { SessionBearer } from './session-bearer.js';
import { writeSessionHeaders } from './session-headers.js';
import type { SessionRuntime } from './session-runtime.js';
import { type SessionSlot, SessionSlots } from './session-slots.js';

/** One session of one request. */
interface Slot extends SessionSlot {
  /** What the request brought along for it. */
  presented(): PresentedTokens;
}

/** A success, for the rule that an error of the server drops the values (law H6). */
const OK = 200;

/** `Symbol.for`, so that two copies of this package in one process share a request. */
const CONTEXT: unique symbol = Symbol.for('nestjs-sessions.context') as never;

type ContextBearer = IncomingMessage & { [CONTEXT]?: RequestContext };

/**
 * All that the library knows of one request: which sessions it has and how they stand. Made before guards run, at no I/O; the
 * first use of a session opens the gate on the response.
 */
export class RequestContext implements SessionBearer, GateKeeper {
  readonly #slots: SessionSlots<Slot>;
  #gate: ResponseGate | undefined;
  /** The platform's own request, where it differs from the raw one and is known. */
  platform: PlatformRequest | undefined;

  private constructor(
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
    runtimes: readonly SessionRuntime[],
  ) {
    this.#slots = new SessionSlots(runtimes, (runtime) => this.#newSlot(runtime));
  }

  /** The context of a request, made on first demand. */
  static attach(
    req: IncomingMessage,
    res: ServerResponse,
    runtimes: readonly SessionRuntime[],
  ): RequestContext {
    const bearer = req as ContextBearer;
    return (bearer[CONTEXT] ??= new RequestContext(req, res, runtimes));
  }

  /** The context of a raw or platform request; `undefined` when no SessionModule serves it. */
  static of(request: unknown): RequestContext | undefined {
    const bearer = request as (Partial<ContextBearer> & { readonly raw?: ContextBearer }) | null | undefined;
    return bearer?.[CONTEXT] ?? bearer?.raw?.[CONTEXT];
  }

  get session(): Session {
    return this.#slots.first.session;
  }

  now(): number {
    return this.#slots.primary.parts.manager.now();
  }

  get everywhere(): boolean {
    return this.#slots.everywhere;
  }

  handleOf(type: SessionType): SessionHandle {
    return this.#slots.ofType(type).handle;
  }

  handleNamed(cookieName: string): SessionHandle {
    return this.#slots.named(cookieName).handle;
  }

  load(): MaybePromise<void> {
    return this.#slots.load();
  }

  /** A handler may commit also when its client has gone. */
  enter(): () => void {
    return this.#slots.enter();
  }

  challenge(header: string, value: string): void {
    if (!this.res.headersSent) this.res.setHeader(header, value);
  }

  /**
   * Commits when a handler is done; after the head of its answer, what can still be committed then.
   *
   * @param leaveToGate the answer, and with it the commit, may still be to come.
   */
  settleHandler({ leaveToGate = false }: { readonly leaveToGate?: boolean } = {}): Promise<void> | undefined {
    if (this.#gate?.begun) return this.settleLate();
    return leaveToGate ? undefined : this.settle(OK);
  }

  /** Nest cancels a handler whose client has gone. What it changed so far is committed: nobody will ask for it again. */
  handlerCancelled(): void {
    if (this.res.destroyed || this.req.socket.destroyed) this.settleHandler()?.catch(() => undefined);
  }

  settle(statusCode: number): Promise<void> | undefined {
    if (statusCode >= 500) this.#slots.abandon();
    return this.#slots.settle((handle) => handle.settleResponse());
  }

  settleLate(): Promise<void> | undefined {
    return this.#slots.settle((handle) => handle.settleLate());
  }

  writeHeaders(): void {
    if (this.res.headersSent) return;
    const encrypted = isEncrypted(this.req, this.#platform);
    const where = requestLine(this.req);
    for (const { handle, runtime, presented } of this.#slots.made) {
      const { parts } = runtime;
      const facts = { parts, encrypted, where, now: parts.manager.now(), outdated: presented().outdated };
      writeSessionHeaders(this.res, handle, facts);
    }
  }

  failure(error: unknown): Failure {
    this.#slots.abandon();
    const {
      statusCode = 500,
      expose = false,
      message = 'the session could not be saved.',
    } = error instanceof SessionError ? error : {};
    this.#slots.primary.parts.warn(`${requestLine(this.req)} answered ${statusCode}: ${message}`);
    return {
      statusCode,
      body: JSON.stringify({ statusCode, message: expose ? message : STATUS_CODES[statusCode] }),
    };
  }

  cutOff(error: unknown): void {
    const why = error instanceof SessionError ? error.message : 'the response could not be written.';
    this.#slots.primary.parts.warn(`${requestLine(this.req)} was cut off: ${why}`);
  }

  #newSlot(runtime: SessionRuntime): Slot {
    const { manager, cookie, keepsDevices, warn } = runtime.parts;
    let known: PresentedTokens | undefined;
    const presented = (): PresentedTokens => (known ??= presentedTokens(this.req.headers.cookie, cookie));
    const handle = new SessionHandle(manager, {
      presented: () => presented().tokens,
      where: () => requestLine(this.req),
      onFirstUse: () => this.#openGate(),
      device: () => (keepsDevices ? this.#device() : undefined),
      cookie: {
        canLeave: () => !this.#gate?.begun && !this.res.headersSent,
        isOutdated: () => presented().outdated,
        warn: (message) => warn(`${requestLine(this.req)}: ${message}`),
      },
    });
    return { runtime, handle, presented, session: refuseProperties(runtime.session(() => handle)) };
  }

  get #platform(): PlatformRequest {
    return this.platform ?? (this.req as PlatformRequest);
  }

  #device(): Omit<DeviceFacts, 'name'> {
    return deviceFacts(this.req.headers['user-agent'], this.#platform.ip ?? this.req.socket.remoteAddress);
  }

  #openGate(): void {
    this.#gate ??= new ResponseGate(this.res, this);
  }
}

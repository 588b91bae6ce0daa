import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { SessionError } from '../errors/session-error.js';
import type { MaybePromise } from '../providers/session-provider.js';
import type { DeviceFacts } from '../record/meta.js';
import { refuseProperties, type Session, type SessionType } from '../session/session.js';
import { SessionHandle } from '../session/session-handle.js';
import type { EndOfConnection } from '../session/connection-line.js';
import { isPromise } from '../session/store-call.js';
import { BroughtAlong } from './brought-along.js';
import { deviceFacts } from './device-facts.js';
import { ExpressFacade } from './express-compatible/express-facade.js';
import type { Failure, GateKeeper } from './gate-keeper.js';
import { isEncrypted, type PlatformRequest, requestLine } from './request-facts.js';
import { ResponseGate } from './response-gate.js';
import type { SessionBearer } from './session-bearer.js';
import { type HeaderFacts, writeSessionHeaders } from './session-headers.js';
import type { SessionRuntime } from './session-runtime.js';
import { type SessionSlot, SessionSlots } from './session-slots.js';

/** One session of one request. */
interface Slot extends SessionSlot {
  readonly brought: BroughtAlong;
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
  #express: ExpressFacade | undefined;
  #handling = false;
  /** The platform's own request, where it differs from the raw one and is known. */
  platform: PlatformRequest | undefined;
  /** Whether plugins of Fastify see the request. */
  onFastify = false;

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

  /** The session as other packages want it; empty without `session.express_compatible`. */
  get express(): ExpressFacade | undefined {
    const { expressCompatible, cookie } = this.#slots.primary.parts;
    if (!expressCompatible) return undefined;
    return (this.#express ??= new ExpressFacade(this.#slots.first.handle, cookie, this.onFastify));
  }

  /**
   * Loads the session before middleware sees it, for `session.express_compatible`, where the request brought a cookie; `undefined`
   * when there is nothing to wait for.
   */
  prepare(): Promise<void> | undefined {
    if (!this.#slots.primary.parts.expressCompatible) return undefined;
    const { handle, brought } = this.#slots.first;
    if (!brought.isSomething) return undefined;
    try {
      const loading = handle.load();
      return isPromise(loading) ? loading : undefined;
    } catch (error) {
      return Promise.reject(error);
    }
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

  /** As {@link enter}, for the handler of the request; `undefined` for one that another handler calls. */
  enterHandler(): (() => void) | undefined {
    if (this.#handling) return undefined;
    this.#handling = true;
    const leave = this.enter();
    return () => {
      this.#handling = false;
      leave();
    };
  }

  /**
   * Holds the request as a connection of each session that was loaded for it and has a record. Answers how to let go.
   *
   * @param cut called when one of them dies.
   */
  hold(cut: (why: EndOfConnection) => void): () => void {
    const held = this.#slots.made.flatMap(({ handle, runtime }) => {
      const { seenRecord } = handle;
      return seenRecord ? [runtime.parts.connections.hold(seenRecord, cut)] : [];
    });
    return () => held.forEach((release) => release());
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
    if (statusCode >= 500) this.#abandon();
    return this.#finished(() => this.#slots.settle((handle) => handle.settleResponse()));
  }

  settleLate(): Promise<void> | undefined {
    return this.#finished(() => this.#slots.settle((handle) => handle.settleLate()));
  }

  writeHeaders(): void {
    if (this.res.headersSent) return;
    for (const { handle, runtime, brought } of this.#slots.made)
      writeSessionHeaders(this.res, handle, () => this.#headerFacts(runtime, brought));
  }

  failure(error: unknown): Failure {
    this.#abandon();
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

  #abandon(): void {
    this.#slots.abandon();
    this.#express?.abandon();
  }

  /** Settles once what was asked of `request.session` is done. */
  #finished(settle: () => Promise<void> | undefined): Promise<void> | undefined {
    const unfinished = this.#express?.finish();
    return unfinished ? unfinished.then(settle) : settle();
  }

  #newSlot(runtime: SessionRuntime): Slot {
    const { manager, keepsDevices, warn, move } = runtime.parts;
    const brought = new BroughtAlong(this.req.headers.cookie, runtime.parts);
    const handle = new SessionHandle(manager, {
      presented: () => brought.tokens,
      where: () => requestLine(this.req),
      onFirstUse: () => this.#openGate(),
      device: () => (keepsDevices ? this.#device() : undefined),
      cookie: {
        canLeave: () => !(this.#gate?.begun ?? this.res.headersSent),
        isOutdated: () => brought.outdated,
        warn: (message) => warn(`${requestLine(this.req)}: ${message}`),
      },
      ...(move && { found: () => brought.find() }),
    });
    return { runtime, handle, brought, session: refuseProperties(runtime.session(() => handle)) };
  }

  #headerFacts({ parts }: SessionRuntime, { formerName }: BroughtAlong): HeaderFacts {
    return {
      parts,
      encrypted: isEncrypted(this.req, this.#asPlatform),
      where: requestLine(this.req),
      now: parts.manager.now(),
      former: formerName,
    };
  }

  get #asPlatform(): PlatformRequest {
    return this.platform ?? (this.req as PlatformRequest);
  }

  #device(): Omit<DeviceFacts, 'name'> {
    return deviceFacts(this.req.headers['user-agent'], this.#asPlatform.ip ?? this.req.socket.remoteAddress);
  }

  #openGate(): void {
    this.#gate ??= new ResponseGate(this.res, this);
  }
}

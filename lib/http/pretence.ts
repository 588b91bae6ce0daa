import type { ServerResponse } from 'node:http';

type Flag = 'headersSent' | 'writableEnded';
type Truth = Record<Flag, (this: object) => boolean>;

const PRETENDED: unique symbol = Symbol('nestjs-sessions.pretended');

interface Pretended extends Record<Flag, boolean> {
  readonly truth: Truth;
}

type Pretender = ServerResponse & { [PRETENDED]: Pretended };

/**
 * Enables a response to say that it is further than it is, so that nobody sends a second answer while the first one is held.
 *
 * The properties that say it are put on the response once, and stay: one that comes and goes with each answer makes the object slow for
 * all that Node does with it afterwards.
 */
export function preparePretence(res: ServerResponse): void {
  const truth = truthOf(Object.getPrototypeOf(res) as object);
  (res as Pretender)[PRETENDED] = { headersSent: false, writableEnded: false, truth };
  Object.defineProperty(res, 'headersSent', HEADERS_SENT);
  Object.defineProperty(res, 'writableEnded', WRITABLE_ENDED);
}

export function pretend(res: ServerResponse, flag: Flag): void {
  (res as Pretender)[PRETENDED][flag] = true;
}

/** Lets a response tell the truth again. */
export function unpretend(res: ServerResponse): void {
  const pretended = (res as Pretender)[PRETENDED];
  pretended.headersSent = false;
  pretended.writableEnded = false;
}

const HEADERS_SENT: PropertyDescriptor & ThisType<Pretender> = {
  configurable: true,
  get() {
    const pretended = this[PRETENDED];
    return pretended.headersSent || pretended.truth.headersSent.call(this);
  },
};

const WRITABLE_ENDED: PropertyDescriptor & ThisType<Pretender> = {
  configurable: true,
  get() {
    const pretended = this[PRETENDED];
    return pretended.writableEnded || pretended.truth.writableEnded.call(this);
  },
};

/** What a class of responses says of them. An app has one or two such classes. */
const truths = new WeakMap<object, Truth>();

function truthOf(prototype: object): Truth {
  let truth = truths.get(prototype);
  if (!truth) {
    truth = {
      headersSent: getterOf(prototype, 'headersSent'),
      writableEnded: getterOf(prototype, 'writableEnded'),
    };
    truths.set(prototype, truth);
  }
  return truth;
}

function getterOf(prototype: object | null, flag: Flag): Truth[Flag] {
  if (!prototype) return () => false;
  const property = Object.getOwnPropertyDescriptor(prototype, flag);
  const getter: unknown = property && Reflect.get(property, 'get');
  if (typeof getter === 'function') return getter as Truth[Flag];
  return getterOf(Object.getPrototypeOf(prototype) as object | null, flag);
}

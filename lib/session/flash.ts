import { FlashMessagesOfRequest, flashKey, isFlashKey, nameIn } from './flash-messages.js';
import type { SessionKey, SessionShape } from './session-data.js';
import type { SessionHandle } from './session-handle.js';
import type { SessionValues } from './session-values.js';

/**
 * The names of your flash messages and their types; merge your own into it, as into `SessionData`:
 *
 * ```ts
 * declare module 'nestjs-sessions' {
 *   interface FlashMessages {
 *     notice: string;
 *     errors: { field: string; text: string };
 *   }
 * }
 * ```
 *
 * While it is empty, every name is allowed and holds `any`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- made to be merged into
export interface FlashMessages {}

/** The name of a flash message. */
export type FlashName<Messages extends object = FlashMessages> = SessionKey<Messages>;

/** Flash messages by name, in the order in which they came. A name without a message is not there. */
export type TakenMessages<Messages extends object = FlashMessages> = {
  [Name in FlashName<Messages>]?: SessionShape<Messages>[Name][];
};

/**
 * Messages that are shown once, mostly by the page to which an answer redirects.
 *
 * Each is a value of the session under a key of its own that begins with `flash:`, so that two requests that flash at the same time
 * lose nothing, and counts towards the limits of a session. Whoever takes a message has it: of several requests that race, one (law C4).
 */
export interface Flash<Messages extends object = FlashMessages> {
  /** Leaves a message for whoever takes it first, in this request or a later one. Any legal value of a session. */
  <Name extends FlashName<Messages>>(name: Name, message: SessionShape<Messages>[Name]): void;

  /** Leaves a message for this request alone: for a page that is shown without a redirect. Never stored. */
  now<Name extends FlashName<Messages>>(name: Name, message: SessionShape<Messages>[Name]): void;

  /**
   * Takes the messages of a name: they are removed at once, whatever becomes of the answer. Costs no call to
   * the store when the session has none.
   */
  take<Name extends FlashName<Messages>>(name: Name): Promise<SessionShape<Messages>[Name][]>;
  /** Takes the messages of all names. */
  take(): Promise<TakenMessages<Messages>>;

  /** Leaves what this request has taken under these names once more, for a redirect to the page that is to show it. */
  keep(...names: FlashName<Messages>[]): void;

  /** As {@link Flash.keep}, for all that this request has taken. */
  reflash(): void;
}

type Message = readonly [name: string, message: unknown];

/** The flash messages of whatever request is running when they are used. */
export function flashOf<Messages extends object>(find: () => SessionHandle): Flash<Messages> {
  const leave = (name: string, message: unknown): void => find().values.set(flashKey(name), message);

  const keep = (...names: string[]): void => {
    for (const [name, message] of FlashMessagesOfRequest.of(find()).takeBack(names)) leave(name, message);
  };

  const take = async (wanted?: string): Promise<unknown> => {
    const handle = find();
    await handle.load();
    const own = FlashMessagesOfRequest.of(handle);
    const messages = [...own.takeNow(wanted), ...own.noted(await takeStored(handle, wanted))];
    return wanted === undefined ? byName(messages) : messages.map(([, message]) => message);
  };

  return Object.assign(leave, {
    now: (name: string, message: unknown) => FlashMessagesOfRequest.of(find()).now(name, message),
    take,
    keep,
    reflash: () => keep(),
  }) as Flash<Messages>;
}

async function takeStored(handle: SessionHandle, wanted: string | undefined): Promise<readonly Message[]> {
  const takeFrom = (values: SessionValues): Message[] =>
    keysOf(values, wanted).map((key) => {
      const message = values.get(key);
      values.delete(key);
      return [nameIn(key), message];
    });
  if (keysOf(handle.values, wanted).length === 0) return [];
  return handle.live ? handle.transact(takeFrom) : takeFrom(handle.values);
}

const keysOf = (values: SessionValues, wanted: string | undefined): string[] =>
  [...values.keys()].filter((key) => isFlashKey(key) && (wanted === undefined || nameIn(key) === wanted));

/** Without a prototype: a name may be any text. */
function byName(messages: readonly Message[]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = Object.create(null) as Record<string, unknown[]>;
  for (const [name, message] of messages) (groups[name] ??= []).push(message);
  return groups;
}

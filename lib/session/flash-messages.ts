import { newEtag } from '../record/record-text.js';

const PREFIX = 'flash:';
const NONCE_LENGTH = 12;
const NAME_AT = PREFIX.length + NONCE_LENGTH + 1;

/** A key for one message: `flash:`, a nonce so that no two meet, and the name. */
export const flashKey = (name: string): string => `${PREFIX}${newEtag()}:${name}`;

export const isFlashKey = (key: string): boolean => key.startsWith(PREFIX) && key[NAME_AT - 1] === ':';

export const nameIn = (key: string): string => key.slice(NAME_AT);

type Message = readonly [name: string, message: unknown];

/** What a request knows of flash messages beside the session: what is for itself alone, and what it took. */
export class FlashMessagesOfRequest {
  static readonly #all = new WeakMap<object, FlashMessagesOfRequest>();
  #now: Message[] = [];
  #taken: Message[] = [];

  /** Those of the request that a handle belongs to. */
  static of(handle: object): FlashMessagesOfRequest {
    const known = this.#all.get(handle) ?? new FlashMessagesOfRequest();
    this.#all.set(handle, known);
    return known;
  }

  now(name: string, message: unknown): void {
    this.#now.push([name, message]);
  }

  /** Takes what is for this request alone; it can not be kept. @param wanted a name; all of them without */
  takeNow(wanted: string | undefined): readonly Message[] {
    const isWanted = ([name]: Message): boolean => wanted === undefined || name === wanted;
    const taken = this.#now.filter(isWanted);
    this.#now = this.#now.filter((message) => !isWanted(message));
    return taken;
  }

  /** Remembers what was taken out of the session. */
  noted(messages: readonly Message[]): readonly Message[] {
    this.#taken.push(...messages);
    return messages;
  }

  /** Gives back what was taken under these names, once; all of it without a name. */
  takeBack(names: readonly string[]): readonly Message[] {
    const isWanted = ([name]: Message): boolean => names.length === 0 || names.includes(name);
    const back = this.#taken.filter(isWanted);
    this.#taken = this.#taken.filter((message) => !isWanted(message));
    return back;
  }
}

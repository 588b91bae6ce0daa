import type { SecretStanding } from '../record/verify.js';
import { CLEAR, type CookieChange, KEEP } from './cookie-change.js';

/** What the client of one request holds, and what its cookie jar is to be told. */
export class ClientSide {
  #token: string | null = null;
  #standing: SecretStanding = 'unknown';
  #cookie: CookieChange = KEEP;
  /** What the jar is told while there is no session: nothing, or to forget the one that was ended here. */
  #bare: CookieChange = KEEP;
  #presentedAny = false;
  /** A user who left stays so, whatever this request begins afterwards. */
  #farewell: { readonly loggedOut?: true } = {};

  /** The token of the session; `null` until it has a record in the store. */
  get token(): string | null {
    return this.#token;
  }

  get cookie(): CookieChange {
    return this.#cookie;
  }

  /** What the client's token is to the record: the one that it brought, until it gets another; `unknown` without a session. */
  get standing(): SecretStanding {
    return this.#standing;
  }

  /** The client presented something, whether or not it opens a session. */
  presented(): void {
    this.#presentedAny = true;
  }

  /** What it presented opened a session. */
  opened(token: string | null, standing: SecretStanding): void {
    this.#presentedAny = true;
    this.#token = token;
    this.#standing = standing;
  }

  /** It is to get a token, or the one that it has once more. @param expiresAt see {@link CookieChange} */
  issue(token: string, expiresAt?: number): void {
    this.#token = token;
    this.#standing = 'current';
    this.#cookie = {
      kind: 'set',
      token,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...this.#farewell,
    };
  }

  /** The session ended elsewhere. The jar is left alone: it may hold a newer token already (law H3). */
  lose(): void {
    this.#token = null;
    this.#cookie = this.#bare;
  }

  /** The session was ended by this very request. */
  forget(loggedOut: boolean): void {
    if (loggedOut && this.#presentedAny) this.#farewell = { loggedOut };
    this.#bare = this.#presentedAny ? { ...CLEAR, ...this.#farewell } : KEEP;
    this.lose();
  }
}

/** What a response has to tell the client's cookie jar. */
export type CookieChange =
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'set';
      readonly token: string;
      /** Until when the browser is to keep the cookie, epoch milliseconds. Empty: as long as it runs. */
      readonly expiresAt?: number;
      /** Whether the user of before logged out; the token is of a session that began afterwards. */
      readonly loggedOut?: boolean;
    }
  | {
      readonly kind: 'clear';
      /** Whether the user logged out, and so wants nothing left on the device. */
      readonly loggedOut?: boolean;
    };

export const KEEP: CookieChange = { kind: 'keep' };
export const CLEAR: CookieChange = { kind: 'clear' };

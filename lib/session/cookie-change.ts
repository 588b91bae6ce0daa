/** What a response has to tell the client's cookie jar. */
export type CookieChange =
  { readonly kind: 'keep' } | { readonly kind: 'set'; readonly token: string } | { readonly kind: 'clear' };

export const KEEP: CookieChange = { kind: 'keep' };
export const CLEAR: CookieChange = { kind: 'clear' };

/** What the shop keeps in its sessions. Who is logged in is not among it: that is what `session.login()` was told. */
declare module 'nestjs-sessions' {
  interface SessionData {
    /** How many of each product, by its name in the catalogue. */
    cart: Record<string, number>;
  }

  interface FlashMessages {
    /** What the next page says, once. */
    notice: string;
  }
}

export {};

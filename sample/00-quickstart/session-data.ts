/** What this app keeps in its sessions; a key that is not listed here, or a value of another type, does not compile. */
declare module 'nestjs-sessions' {
  interface SessionData {
    beta: boolean;
    feature_flags: { beta: boolean };
    visits: number;
    cart: string[];
  }
}

export {};

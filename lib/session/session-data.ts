/**
 * The keys of your session and their types; merge your own into it:
 *
 * ```ts
 * declare module 'nestjs-sessions' {
 *   interface SessionData {
 *     userId: string;
 *     cart: string[];
 *   }
 * }
 * ```
 *
 * While it is empty, every key is allowed and holds `any`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- made to be merged into
export interface SessionData {}

/** The declared keys, or any key while nothing is declared. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an undeclared session is as loose as a plain object
export type SessionShape<Data extends object> = keyof Data extends never ? Record<string, any> : Data;

/** The name of a declared key, or any text while nothing is declared. */
export type SessionKey<Data extends object> = keyof SessionShape<Data> & string;

import type { SessionKey } from './session-data.js';

/**
 * What `@SessionParam()` takes as a key: a declared one or any dotted path; any string while nothing is declared.
 *
 * A path is not held against the declarations, because it may lead into data that has none.
 */
export type SessionPath<Data extends object> = SessionKey<Data> | `${string}.${string}`;

/**
 * The type of what `Path` leads to: a literal key wins, then the dotted path. `unknown`, which nothing is checked against, where the
 * declarations do not tell.
 *
 * A key declared as optional may be missing and adds `undefined`; any other is taken at its word.
 */
export type SessionPathValue<Data extends object, Path extends string> = Path extends keyof Data
  ? Data[Path]
  : Path extends `${infer Head}.${infer Rest}`
    ? Head extends keyof Data
      ? Descend<Data[Head], Rest>
      : unknown
    : unknown;

/** One step behind the first, for each member of a union. What is no object has nothing below it: the value is missing. */
type Descend<Value, Path extends string> = unknown extends Value
  ? unknown
  : Value extends object
    ? Value extends readonly unknown[]
      ? unknown
      : Path extends `${infer Head}.${infer Rest}`
        ? Head extends keyof Value
          ? Descend<Value[Head], Rest>
          : unknown
        : Path extends keyof Value
          ? Value[Path]
          : unknown
    : undefined;

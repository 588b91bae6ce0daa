import type { PipeTransform, Type } from '@nestjs/common';
import type { SessionPath, SessionPathValue } from '../session/session-path.js';
import type { CheckedParameter, UncheckedParameter } from './checked-parameter.js';

/** A pipe as Nest's own `@Query()` takes it: an instance, or a class that Nest instantiates with its dependencies. */
export type SessionParamPipe = PipeTransform | Type<PipeTransform>;

/** What `@SessionParam({ … })` takes. */
export interface SessionParamOptions<Key extends string = string, Default = unknown> {
  /** A key or a dotted path. Default: the name of the parameter. */
  readonly key?: Key;
  /**
   * What a missing key gives; a stored `null` is not missing. A function is called for every request, an object is cloned for every
   * request (`structuredClone`, which keeps plain data, dates and maps but no classes of yours). Default: `undefined`, so that
   * the default value of the parameter itself applies.
   */
  readonly default?: Default;
}

/**
 * `@SessionParam()` for a session of type `Data`.
 *
 * The exported `SessionParam` is the one for `SessionData`. An app with a second type of session gives it a second name:
 * `export const CartParam = SessionParam as SessionParamFor<CartSession>`.
 */
export interface SessionParamFor<Data extends object> {
  /** The key is the name of the parameter. Types do not see names, so the compiler checks nothing. */
  (...pipes: SessionParamPipe[]): UncheckedParameter;
  /** Does not compile on a parameter that cannot take what `Data` declares for the key. */
  <Key extends SessionPath<Data>>(key: Key): CheckedParameter<SessionPathValue<Data, Key>>;
  /** Does not compile on a parameter that cannot take the default and what `Data` declares for the key. */
  <Key extends SessionPath<Data> = never, Default extends Literal = never>(
    options: SessionParamOptions<Key, Default>,
  ): CheckedParameter<Given<Data, Key, Default>>;
  /** Pipes turn the value into anything, so the compiler checks the key alone. */
  (
    key: SessionPath<Data> | SessionParamOptions<SessionPath<Data>>,
    ...pipes: SessionParamPipe[]
  ): UncheckedParameter;
}

/** A constraint that excludes nothing; it keeps `default: 'light'` from widening to `string`. */
type Literal = string | number | boolean | bigint | symbol | null | undefined | object;

/** What the object form gives to the parameter. Without a key, or without a declaration of it, the default alone is known. */
type Given<Data extends object, Key extends string, Default> = [Key] extends [never]
  ? WithDefault<unknown, Default>
  : WithDefault<SessionPathValue<Data, Key>, Default>;

/** `never` stands for no default. With one, the key is never missing. */
type WithDefault<Value, Default> = [Default] extends [never]
  ? Value
  : unknown extends Value
    ? Supplied<Default>
    : Exclude<Value, undefined> | Supplied<Default>;

/** Nest awaits what the function answers. */
type Supplied<Default> = Default extends (...args: never[]) => infer Result ? Awaited<Result> : Default;

/** What a parameter decorator looks like when it leaves the type of its parameter alone. */
export type UncheckedParameter = (target: object, key: string | symbol, index: number) => void;

/**
 * A parameter decorator that compiles only on a parameter that takes every `Value`.
 *
 * The compiler passes the literal types of method name and index (TypeScript 5.0 to 7.0), from which the type of the parameter
 * follows. Private and protected methods are not in `keyof`, so their parameters are not checked.
 */
export type CheckedParameter<Value> = <
  Target extends object,
  Key extends string | symbol,
  Index extends number,
>(
  target: Target & Accepts<ParameterAt<Target, Key, Index>, Value>,
  key: Key,
  index: Index,
) => void;

/** Stands in the compiler's message when a parameter does not take what the session holds. */
export interface SessionParamMismatch<Value, Parameter> {
  'the session gives': Value;
  'the parameter takes': Parameter;
}

type Accepts<Parameter, Value> = unknown extends Value
  ? unknown
  : [Value] extends [Parameter]
    ? unknown
    : SessionParamMismatch<Value, Parameter>;

type ParameterAt<Target, Key extends string | symbol, Index extends number> = Key extends keyof Target
  ? Target[Key] extends (...args: infer Parameters) => unknown
    ? Parameters[Index]
    : unknown
  : unknown;

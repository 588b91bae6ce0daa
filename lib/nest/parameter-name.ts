import { noParameterName } from '../errors/use.js';
import { parameterAt } from './parameter-list.js';

/** Why a parameter has no name to go by. */
export type NoNameReason =
  'pattern' | 'rest' | 'missing' | 'compiled-away' | 'native' | 'hidden' | 'minified' | 'short';

export type ParameterName = { readonly name: string } | { readonly reason: NoNameReason };

export interface NamingOptions {
  /**
   * Refuse names of one or two characters, which a minifier is likelier to have chosen than a person. The decorator always does:
   * a key that only fails in the minified build of production would fail too late.
   */
  readonly refuseShort: boolean;
}

/** Which parameter is meant, in the words of a decorator: a method of a prototype or, for a static one, of its class. */
export interface ParameterPlace {
  readonly target: object;
  readonly key: string | symbol;
  readonly index: number;
}

const EXPLANATIONS: Record<NoNameReason, string> = {
  pattern: 'it is a destructuring pattern',
  rest: 'it is a rest parameter, or another decorator wrapped the method before',
  missing: 'the source of the method has no such parameter',
  'compiled-away': 'the compiler moved it into `arguments`, as for targets older than ES2018',
  native: 'the method is bound, a proxy or native and hides its source',
  hidden: 'the source of the method is blank, as after compilation to bytecode',
  minified: 'the app and this library were minified into one bundle, which renames parameters',
  short: 'one or two characters may be the work of a minifier',
};

/**
 * Reads the name of a method's parameter from its source text, which compilers, transpilers, coverage and bundlers leave in place
 * and minifiers do not.
 *
 * To be called while the decorators of a parameter run: those of the method run later, so nothing has wrapped it yet.
 */
export function parameterName(method: unknown, index: number, options: NamingOptions): ParameterName {
  if (typeof method !== 'function') return { reason: 'missing' };
  const outcome = nameInSource(Function.prototype.toString.call(method), index);
  if ('reason' in outcome) return outcome;
  if (isMangled(mangleProbe)) return { reason: 'minified' };
  return options.refuseShort && outcome.name.length <= 2 ? { reason: 'short' } : outcome;
}

/** @throws SessionError NO_PARAMETER_NAME, naming `Class.method parameter #index`. */
export function requireParameterName({ target, key, index }: ParameterPlace, options: NamingOptions): string {
  const method: unknown = Object.getOwnPropertyDescriptor(target, key)?.value;
  const outcome = parameterName(method, index, options);
  if ('name' in outcome) return outcome.name;
  throw noParameterName(
    `${classOf(target)}.${String(key)} parameter #${index}`,
    EXPLANATIONS[outcome.reason],
  );
}

function nameInSource(source: string, index: number): ParameterName {
  if (source.trim() === '') return { reason: 'hidden' };
  if (/\{\s*\[native code\]\s*\}$/.test(source)) return { reason: 'native' };
  const parameter = parameterAt(source, index);
  if (parameter?.kind === 'name') return { name: parameter.name };
  return { reason: parameter?.kind ?? (/\barguments\b/.test(source) ? 'compiled-away' : 'missing') };
}

/** Never called. A minifier that renames the app's parameters in the bundle of this library renames this one, too. */
const mangleProbe = (sessionParameter: unknown): unknown => sessionParameter;

/** Whether a probe, which is to say the bundle it is in, lost its parameter names. */
export function isMangled(probe: (sessionParameter: unknown) => unknown): boolean {
  const parameter = parameterAt(Function.prototype.toString.call(probe), 0);
  return parameter?.kind === 'name' && parameter.name !== 'sessionParameter';
}

function classOf(target: object): string {
  const type: unknown = typeof target === 'function' ? target : target.constructor;
  return (typeof type === 'function' && type.name) || '(anonymous class)';
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { readSessionKey } from '../session/read-path.js';
import type { Session } from '../session/session.js';
import type { SessionData } from '../session/session-data.js';
import { isPromise } from '../session/store-call.js';
import { loadedSessionOf } from './session-bearer-of.js';
import { requireParameterName } from './parameter-name.js';
import type { SessionParamFor, SessionParamOptions, SessionParamPipe } from './session-param-type.js';
import { markHandler } from './use-session.decorator.js';

/**
 * Passes one value of the session to a parameter of a handler.
 *
 * ```ts
 * home(@SessionParam() beta: boolean = false) {}                                    // the key is `beta`
 * show(@SessionParam('feature_flags.beta') beta: boolean = false) {}                // that key, else the path
 * cart(@SessionParam({ key: 'cart', default: [] }) cart: string[]) {}               // a copy of its own per request
 * list(@SessionParam('page', new DefaultValuePipe(1), ParseIntPipe) page: number) {}
 * ```
 *
 * A missing key gives `undefined`, so the parameter's own default value applies; a stored `null` is passed as `null` (Nest's
 * `DefaultValuePipe` takes `null` for missing, too: where the two differ, use a default value). The handler is
 * marked as one that uses the session, which is therefore loaded before it runs.
 *
 * @throws SessionError NO_PARAMETER_NAME, when the class is defined: without a key the name of the parameter must be readable, which it
 * is not for a pattern, a rest parameter, a name of one or two characters, in a minified bundle, or in code compiled for a target older than ES2018.
 */
export const SessionParam: SessionParamFor<SessionData> = (
  first?: string | SessionParamOptions | SessionParamPipe,
  ...rest: SessionParamPipe[]
) => {
  const { options, pipes } = argumentsOf(first, rest);
  const fallback = supplierOf(options.default);
  const read = (session: Session, key: string): unknown => {
    const found = readSessionKey(session, key);
    return found ? found.value : fallback();
  };
  const give = (key: string, context: ExecutionContext): unknown => {
    const session = loadedSessionOf(context);
    return isPromise(session) ? session.then((loaded) => read(loaded, key)) : read(session, key);
  };
  return (target: object, method: string | symbol, index: number): void => {
    const key = options.key ?? requireParameterName({ target, key: method, index }, { refuseShort: true });
    createParamDecorator(give)(key, ...pipes)(target, method, index);
    markHandler(target, method);
  };
};

function argumentsOf(
  first: string | SessionParamOptions | SessionParamPipe | undefined,
  rest: SessionParamPipe[],
) {
  if (typeof first === 'string') return { options: { key: first }, pipes: rest };
  if (first && isPipe(first)) return { options: {}, pipes: [first, ...rest] };
  return { options: first ?? {}, pipes: rest };
}

const isPipe = (value: SessionParamOptions | SessionParamPipe): value is SessionParamPipe =>
  typeof value === 'function' || 'transform' in value;

/** Two requests never share a default: what a handler does to its own stays there. */
function supplierOf(value: unknown): () => unknown {
  if (typeof value === 'function') return value as () => unknown;
  return typeof value === 'object' && value !== null ? () => structuredClone(value) : () => value;
}

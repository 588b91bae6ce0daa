import { isObservable } from 'rxjs';
import { RequestContext } from '../http/request-context.js';
import { scopeAround } from '../session/current.js';
import { isPromise } from '../session/store-call.js';
import type { HandlerFacts } from './handler-facts.js';
import { requestFlow } from './request-flow.js';

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/** What there is to know of a handler that returns its answer. */
const PLAIN: HandlerFacts = { answersItself: false, streamsEvents: false, endsWithSession: false };

/** By each function that commits by itself, the handler in whose place it stands. */
const replaced = new WeakMap<object, Handler>();

/** Whether the function commits by itself. */
export const commitsByItself = (handler: object): boolean => replaced.has(handler);

/** The handler in whose place a function that commits by itself stands. */
export const handlerBehind = (replacement: object): (() => unknown) | undefined => replaced.get(replacement);

/**
 * A handler that commits when it is done, before its answer is serialised, as the interceptor does it: a failed commit is an error of the
 * handler, which filters see. An error of the handler itself is left to the gate on the response (law H6).
 *
 * Called outside of a request, in a test of the controller or by another handler, it is the handler and nothing else. It has the name,
 * the properties and the metadata of the handler, and stands in its place.
 */
export function committingHandler(handler: Handler): Handler {
  const replacement: Handler = function (...args) {
    const context = scopeAround();
    const leave = context instanceof RequestContext ? context.enterHandler() : undefined;
    if (!leave) return handler.apply(this, args);
    let answer: unknown;
    try {
      answer = handler.apply(this, args);
    } catch (error) {
      leave();
      throw error;
    }
    return afterCommit(context as RequestContext, answer, leave);
  };
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(handler));
  for (const key of Reflect.getOwnMetadataKeys(handler))
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, handler), replacement);
  replaced.set(replacement, handler);
  return replacement;
}

/** The answer, once what the handler changed is committed. */
function afterCommit(context: RequestContext, answer: unknown, leave: () => void): unknown {
  if (isPromise(answer)) return whenSettled(context, answer, leave);
  if (isObservable(answer)) {
    leave();
    return requestFlow(context, PLAIN, answer);
  }
  const commit = context.settleHandler();
  if (commit) return commit.then(() => answer).finally(leave);
  leave();
  return answer;
}

async function whenSettled(
  context: RequestContext,
  answer: Promise<unknown>,
  leave: () => void,
): Promise<unknown> {
  try {
    const value = await answer;
    if (isObservable(value)) return requestFlow(context, PLAIN, value);
    await context.settleHandler();
    return value;
  } finally {
    leave();
  }
}

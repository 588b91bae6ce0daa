import type { ModulesContainer } from '@nestjs/core';
import { SessionRuntime } from '../http/session-runtime.js';

/** How many modules were met before the one that a runtime is of. */
const places = new WeakMap<SessionRuntime, number>();

/**
 * Notes where the module of a runtime stands among the imports of its app. The first one's session is what `Session` means; which one
 * is ready first depends on how long their stores take to open, and must not decide it.
 */
export function notePlace(modules: ModulesContainer, runtime: SessionRuntime): void {
  const place = [...modules.values()].findIndex(
    ({ providers }) => providers.get(SessionRuntime)?.instance === runtime,
  );
  places.set(runtime, place);
}

const placeOf = (runtime: SessionRuntime): number => places.get(runtime) ?? 0;

/**
 * Puts a runtime among those of its app, in the order of the imports. A cookie has one session: of two with the same name, the first
 * one in that order stays. Answers whether there was another.
 */
export function addInOrder(runtimes: SessionRuntime[], runtime: SessionRuntime): boolean {
  const same = runtimes.findIndex(({ cookieName }) => cookieName === runtime.cookieName);
  const other = runtimes[same];
  if (!other) runtimes.push(runtime);
  else if (placeOf(runtime) < placeOf(other)) runtimes[same] = runtime;
  runtimes.sort((left, right) => placeOf(left) - placeOf(right));
  return other !== undefined && other !== runtime;
}

import assert from 'node:assert/strict';
import { joinToken } from '../../credentials/token.js';
import { opens } from '../../record/verify.js';
import type { Fault } from '../fault-injecting-store.js';
import type { Subject } from '../subject.js';

/** What a crash on the way to the store looks like, and which token is to live afterwards. */
export const CRASHES: readonly (readonly [fault: Fault, survivor: 'old' | 'new'])[] = [
  ['fail-before', 'old'],
  ['fail-after', 'new'],
];

/** The tokens of a session, out of all secrets that were made, that open it. One load, so one instant. */
export async function liveTokens(subject: Subject, id: string): Promise<readonly string[]> {
  const live = await subject.elsewhere.manager.load(id);
  return subject.secrets
    .filter((secret) => live && opens(live.record.meta, secret, subject.clock.now()))
    .map((secret) => joinToken({ id, secret }));
}

/** Asserts that of all tokens of the session only the old one lives, or only the one that was made last. */
export async function assertOnlyLives(
  subject: Subject,
  { id, old }: { readonly id: string; readonly old: string },
  survivor: 'old' | 'new',
): Promise<void> {
  const alive = await liveTokens(subject, id);
  assert.deepEqual(alive, [survivor === 'old' ? old : newestToken(subject, id)]);
}

/** The token that was made last, for whatever session. */
export const newestToken = (subject: Subject, id: string): string =>
  joinToken({ id, secret: subject.secrets.at(-1) ?? '' });

/** A task, and whether it has settled. */
export function settled(task: Promise<unknown>): { readonly task: Promise<unknown>; done: boolean } {
  const state = { task, done: false };
  state.task = task.finally(() => {
    state.done = true;
  });
  return state;
}

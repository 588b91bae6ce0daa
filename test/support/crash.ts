import { expect } from '@jest/globals';
import { decodeRecord, decodeSegments } from '../../lib/record/record-text.js';
import type { Subject } from '../../lib/testing/index.js';
import { ChildProgram } from './processes/child-program.js';
import type { DyingOperation, DyingTask } from './processes/die.js';
import type { Place } from './processes/task.js';

/** What is in the store of one session: its values, and its epoch. */
type State = readonly [values: Readonly<Record<string, string>>, epoch: number] | undefined;

const BEFORE: State = [{ a: '1' }, 0];
const AFTER: State = [{ a: '2', b: '2' }, 0];

const OUTCOMES: Readonly<Record<DyingOperation, readonly [before: State, after: State]>> = {
  create: [undefined, AFTER],
  commit: [BEFORE, AFTER],
  regenerate: [BEFORE, [{ a: '2', b: '2' }, 1]],
  invalidate: [BEFORE, undefined],
};

/**
 * Lets an app die before each statement of an operation, and after the last one. Each time there has to be the state before or the
 * state after, and once it is acknowledged the latter. Answers at how many points it died.
 *
 * @param subject the same sessions as the app's, seen from here.
 */
export async function deathsDuring(
  operation: DyingOperation,
  subject: Subject,
  place: Place,
): Promise<number> {
  for (let before = 0; ; before++) {
    const { id, token } = await subject.begin({ a: 1 });
    const task: DyingTask = { ...place, token, operation, before };
    const app = ChildProgram.start('die.ts', task);
    const { signal } = await app.ended;
    const state = await stateOf(subject, operation === 'create' ? (app.lines[0] ?? '') : id);
    const [prior, posterior] = OUTCOMES[operation];
    const lived = app.lines.includes('acknowledged');
    expect(lived ? [posterior] : [prior, posterior]).toContainEqual(state);
    if (operation !== 'create') expect(await opens(subject, token)).toBe(state?.[1] === 0);
    if (lived) return before;
    expect(signal).toBe('SIGKILL');
  }
}

async function stateOf(subject: Subject, id: string): Promise<State> {
  const stored = await subject.here.store.load(id);
  if (!stored) return undefined;
  const record = decodeRecord(stored.text);
  return [Object.fromEntries(decodeSegments(record?.body ?? '?') ?? []), record?.meta.epoch ?? -1];
}

const opens = async (subject: Subject, token: string): Promise<boolean> =>
  (await subject.read(token)) !== undefined;

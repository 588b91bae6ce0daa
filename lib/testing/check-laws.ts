import type { MaybePromise } from '../providers/session-provider.js';
import type { Law } from './laws/law.js';
import type { Subject } from './subject.js';

/** Makes a subject with a new, empty store; asked once a check. */
export type MakeSubject = () => MaybePromise<Subject>;

/** How one check ended. `unfit`: the subject lacks a capability that the check needs, see {@link Law.needs}. */
export interface LawOutcome {
  readonly law: Law;
  readonly result: 'holds' | 'broken' | 'unfit';
  /** Why it is broken. */
  readonly error?: unknown;
}

/** Checks each law on a subject of its own, one after the other. Never rejects for a broken law: the outcomes say it. */
export async function checkLaws(laws: readonly Law[], makeSubject: MakeSubject): Promise<LawOutcome[]> {
  const outcomes: LawOutcome[] = [];
  for (const law of laws) outcomes.push(await outcomeOf(law, makeSubject));
  return outcomes;
}

async function outcomeOf(law: Law, makeSubject: MakeSubject): Promise<LawOutcome> {
  const subject = await makeSubject();
  try {
    if (lacking(law, subject).length > 0) return { law, result: 'unfit' };
    await law.check(subject);
    return { law, result: 'holds' };
  } catch (error) {
    return { law, result: 'broken', error };
  } finally {
    await subject.close();
  }
}

/** The capabilities that a law needs and a subject does not have. */
export const lacking = (law: Law, subject: Subject): readonly string[] =>
  law.needs.filter((need) => !subject.capabilities.includes(need));

import type { SessionPolicy } from '../session/policy.js';
import { ProgramRun } from './program-run.js';
import type { StepName } from './program-steps.js';
import type { Subject } from './subject.js';

/** One step of a program: what is done, and three numbers that say to whom and with what. Any number means something. */
export interface Step {
  readonly name: StepName;
  readonly request: number;
  readonly key: number;
  readonly value: number;
  /** What sets the principals of one run apart from those of others on the same store. */
  readonly run?: string;
}

/**
 * Reads a program from numbers, four a step, so that any source of randomness can write one and any property library can shrink it.
 *
 * @example
 * ```ts
 * import fc from 'fast-check';
 * import { programOf, runProgram, type Subject } from 'nestjs-sessions/testing';
 *
 * declare function makeSubject(): Subject;
 *
 * const draws = fc.array(fc.tuple(fc.nat(255), fc.nat(3), fc.nat(15), fc.nat(15)), { maxLength: 40 });
 * await fc.assert(fc.asyncProperty(draws, (numbers) => runProgram(makeSubject(), programOf(numbers))));
 * ```
 */
export const programOf = (draws: readonly (readonly number[])[]): Step[] =>
  draws.map(([what = 0, request = 0, key = 0, value = 0]) => ({
    name: STEP_NAMES[what % STEP_NAMES.length] ?? 'open',
    request,
    key,
    value,
  }));

/** How often each step comes, of 100: those the most that lead requests to meet, those the least that end everything. */
const WEIGHTS: Readonly<Record<StepName, number>> = {
  open: 16,
  wait: 8,
  set: 8,
  delete: 2,
  mutate: 4,
  clear: 2,
  save: 5,
  finish: 16,
  increment: 3,
  update: 3,
  transaction: 3,
  regenerate: 3,
  invalidate: 2,
  reload: 3,
  rotate: 7,
  login: 8,
  logout: 1,
  setTimeouts: 3,
  revokeAll: 1,
  revokeOthers: 1,
  revokeEverything: 1,
};

const STEP_NAMES: readonly StepName[] = (Object.keys(WEIGHTS) as StepName[]).flatMap((name) =>
  Array.from({ length: WEIGHTS[name] }, () => name),
);

/**
 * Runs a program against a subject and against the model, and compares the two after each step: the outcome, what the request sees,
 * what it would tell the cookie jar, and what every token opens.
 *
 * Rejects at the first difference with the steps that led there.
 */
export async function runProgram(subject: Subject, program: readonly Step[]): Promise<void> {
  const run = new ProgramRun(subject.under(rulesOf(program[0], subject)));
  const taken: string[] = [];
  for (const step of program) {
    taken.push(`${step.name}(${step.request}, ${step.key}, ${step.value})`);
    try {
      await run.take(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The program\n  ${taken.join('\n  ')}\nwent wrong: ${reason}`, { cause: error });
    }
  }
}

/** The policy of a program. A store without an index knows no limit. */
function rulesOf({ request, key, value }: Partial<Step> = {}, subject: Subject): Partial<SessionPolicy> {
  const limit = (key ?? 0) % 3;
  const isLimited = limit > 0 && subject.capabilities.includes('principals');
  return {
    ...((value ?? 0) % 2 === 0 ? {} : { renewalTimeout: 120_000 }),
    principals: {
      ...subject.policy.principals,
      ...(isLimited ? { limit } : {}),
      whenFull: (request ?? 0) % 2 === 0 ? 'evict-oldest' : 'reject',
    },
  };
}

import fc from 'fast-check';
import { programOf, runProgram, type Subject } from '../../lib/testing/index.js';

/** Programs of up to so many steps; `programOf` reads them. */
const draws = (steps: number) =>
  fc.array(fc.tuple(fc.nat(255), fc.nat(3), fc.nat(15), fc.nat(15)), { maxLength: steps, size: 'max' });

/** What kind of programs. */
export interface ProgramPlan {
  /** For the same programs each time, and the first one that differs instead of the shortest. */
  readonly seed?: number;
  /** How long a program may be. Default 24; each step looks at every token, so the time grows with the square of it. */
  readonly steps?: number;
}

const freshSeed = (): number => Number(process.env['PROGRAM_SEED'] ?? Date.now() & 0x7fffffff);

/**
 * Runs `count` random programs, each on a subject of its own. Answers `undefined` when all agree with the model, else the shortest
 * program that does not, with the seed that finds it again.
 */
export async function checkPrograms(
  count: number,
  makeSubject: () => Subject,
  { seed: fixedSeed, steps = 24 }: ProgramPlan = {},
): Promise<string | undefined> {
  const property = fc.asyncProperty(draws(steps), (numbers) => runProgram(makeSubject(), programOf(numbers)));
  const seed = fixedSeed ?? freshSeed();
  const endOnFailure = fixedSeed !== undefined;
  const result = await fc.check(property, { numRuns: count, seed, endOnFailure });
  if (!result.failed) return undefined;
  return `PROGRAM_SEED=${seed}, after ${result.numRuns} programs and ${result.numShrinks} cuts:\n${String(result.errorInstance)}`;
}

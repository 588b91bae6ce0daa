import fc from 'fast-check';
import { programOf, runProgram, type Subject } from '../../lib/testing/index.js';

/** Programs of up to 60 steps; `programOf` reads them. */
const draws = fc.array(fc.tuple(fc.nat(255), fc.nat(3), fc.nat(15), fc.nat(15)), {
  maxLength: 60,
  size: 'max',
});

const freshSeed = (): number => Number(process.env['PROGRAM_SEED'] ?? Date.now() & 0x7fffffff);

/**
 * Runs `count` random programs, each on a subject of its own. Answers `undefined` when all agree with the model, else the shortest
 * program that does not, with the seed that finds it again.
 *
 * @param fixedSeed for the same programs each time, and the first one that differs instead of the shortest.
 */
export async function checkPrograms(
  count: number,
  makeSubject: () => Subject,
  fixedSeed?: number,
): Promise<string | undefined> {
  const property = fc.asyncProperty(draws, (numbers) => runProgram(makeSubject(), programOf(numbers)));
  const seed = fixedSeed ?? freshSeed();
  const endOnFailure = fixedSeed !== undefined;
  const result = await fc.check(property, { numRuns: count, seed, endOnFailure });
  if (!result.failed) return undefined;
  return `PROGRAM_SEED=${seed}, after ${result.numRuns} programs and ${result.numShrinks} cuts:\n${String(result.errorInstance)}`;
}

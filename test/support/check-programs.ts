import fc from 'fast-check';
import { programOf, runProgram, type Subject } from '../../lib/testing/index.js';

/** Programs of up to 60 steps; `programOf` reads them. */
const draws = fc.array(fc.tuple(fc.nat(255), fc.nat(3), fc.nat(15), fc.nat(15)), {
  maxLength: 60,
  size: 'max',
});

/**
 * Runs `count` random programs, each on a subject of its own. Answers `undefined` when all agree with the model, else the shortest
 * program that does not, with the seed that finds it again.
 */
export async function checkPrograms(count: number, makeSubject: () => Subject): Promise<string | undefined> {
  const property = fc.asyncProperty(draws, (numbers) => runProgram(makeSubject(), programOf(numbers)));
  const seed = Number(process.env['PROGRAM_SEED'] ?? Date.now() & 0x7fffffff);
  const result = await fc.check(property, { numRuns: count, seed });
  if (!result.failed) return undefined;
  return `PROGRAM_SEED=${seed}, after ${result.numRuns} programs and ${result.numShrinks} cuts:\n${String(result.errorInstance)}`;
}

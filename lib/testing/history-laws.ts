import assert from 'node:assert/strict';
import type { History, HistoryEntry, HistoryOperation } from './history.js';
import { SEATS } from './history-operations.js';

/**
 * Asserts what must hold of any history, whatever the interleaving was. `runHistory` says what the workers do.
 *
 * Rejects with the seed and the first entry that cannot be explained.
 */
export function assertHistory(history: History): void {
  try {
    for (const hold of HISTORY_LAWS) hold(history);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`History with seed ${history.plan.seed}: ${reason}`, { cause: error });
  }
}

const HISTORY_LAWS: readonly ((history: History) => void)[] = [
  nobodyFails,
  incrementsAddUp,
  ownKeysSurvive,
  nothingAppendedIsLost,
  seatsAreNotSoldTwice,
  deathIsFinal,
  oneWinsEachToken,
];

/** Without a fault, requests end well; after the end of the session they are told so. */
function nobodyFails({ entries, plan }: History): void {
  for (const entry of entries) {
    if (entry.outcome === 'done') continue;
    const isLost = entry.outcome === 'anonymous' || entry.outcome === 'SESSION_GONE';
    const isTold = plan.end === true || (plan.lifecycle === true && mayLose(entry, entries));
    assert.ok(isLost && isTold, said(entry));
  }
}

/** R1, R2: a login meanwhile takes a session away from a request; rotations do so only to a request that slept through two. */
function mayLose(entry: HistoryEntry, entries: readonly HistoryEntry[]): boolean {
  const during = entries.filter((other) => other.beganAt < entry.endedAt && other.endedAt > entry.beganAt);
  const rotations = doneBy(during, 'rotate').filter(({ answer }) => answer === 1);
  return (
    doneBy(during, 'login').some((login) => login !== entry) ||
    (entry.outcome === 'anonymous' && rotations.length > 1)
  );
}

/** R1, R2: of those that found the same token, one rotated it; of those that found the same epoch, one logged in. */
function oneWinsEachToken({ entries }: History): void {
  const rotated = doneBy(entries, 'rotate').filter(({ answer }) => answer === 1);
  assertDistinct(rotated, ({ found }) => found);
  assertDistinct(doneBy(entries, 'login'), ({ found }) => found?.split(' ')[0]);
}

function assertDistinct(
  entries: readonly HistoryEntry[],
  keyOf: (entry: HistoryEntry) => string | undefined,
): void {
  const seen = new Set<string | undefined>();
  for (const entry of entries) {
    assert.ok(!seen.has(keyOf(entry)), `${said(entry)} was not the only one`);
    seen.add(keyOf(entry));
  }
}

/** C3: each acknowledged increment counts once, and a later one answers more. */
function incrementsAddUp({ entries, left }: History): void {
  const acknowledged = doneBy(entries, 'increment');
  const answers = acknowledged.map(({ answer }) => answer).sort((a, b) => a - b);
  const expected = answers.map((_, index) => index + 1);
  assert.deepEqual(answers, expected, 'increments answered the same number, or none did');
  assertInOrder(acknowledged, ({ answer }) => answer);
  if (left) assert.equal(left['count'] ?? 0, acknowledged.length, 'an increment was lost');
}

/** C2: what only one worker writes is what that worker wrote last. */
function ownKeysSurvive({ entries, left }: History): void {
  if (!left) return;
  const last = new Map<string, number>();
  for (const { worker, number } of doneBy(entries, 'set')) last.set(`worker ${worker}`, number);
  for (const [key, number] of last) assert.equal(left[key], number, `${key} was lost`);
}

/** C3: each acknowledged append is there once, and in the order of those that did not overlap. */
function nothingAppendedIsLost({ entries, left }: History): void {
  if (!left) return;
  const log = left['log'] as number[];
  const acknowledged = doneBy(entries, 'append');
  assert.deepEqual(sorted(log), sorted(acknowledged.map(({ number }) => number)), 'the log differs');
  assertInOrder(acknowledged, ({ number }) => log.indexOf(number));
}

/** C4: no more seats than there are, none lost, and nobody is turned away while one is free. */
function seatsAreNotSoldTwice({ entries, left }: History): void {
  const reserved = doneBy(entries, 'reserve');
  const sold = reserved.filter(({ answer }) => answer === 1);
  assert.ok(sold.length <= SEATS, `${sold.length} of ${SEATS} seats were sold`);
  if (left) assert.equal(Number(left['left']) + Number(left['right']), sold.length, 'a seat was lost');
  for (const refused of reserved.filter(({ answer }) => answer === 0)) {
    const before = sold.filter(({ beganAt }) => beganAt < refused.endedAt);
    assert.equal(before.length, SEATS, `a seat was free: ${said(refused)}`);
  }
}

/** D1: once the end is acknowledged, nobody finds the session, and nothing is left of it. */
function deathIsFinal({ entries, left }: History): void {
  const [end] = doneBy(entries, 'end');
  if (!end) return;
  assert.equal(left, undefined, 'the session is alive after its end');
  for (const entry of entries)
    if (entry.beganAt > end.endedAt) assert.equal(entry.outcome, 'anonymous', said(entry));
}

const doneBy = (entries: readonly HistoryEntry[], operation: HistoryOperation): readonly HistoryEntry[] =>
  entries.filter((entry) => entry.operation === operation && entry.outcome === 'done');

/** Of two entries that did not overlap, the later one has the higher place. */
function assertInOrder(entries: readonly HistoryEntry[], placeOf: (entry: HistoryEntry) => number): void {
  for (const earlier of entries)
    for (const later of entries)
      if (earlier.endedAt < later.beganAt)
        assert.ok(placeOf(earlier) < placeOf(later), `${said(later)} did not see ${said(earlier)}`);
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

const said = ({ operation, number, worker, outcome, answer }: HistoryEntry): string =>
  `${operation} ${number} of worker ${worker} (${outcome}, ${answer})`;

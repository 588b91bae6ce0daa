import { median } from '../http/statistics.mjs';

const ROUNDS = 7;
const ROUND_MS = 40;

/** Microseconds of CPU that one call takes, median of interleaved rounds; each task is warm by then. */
export async function stopwatch(tasks) {
  const counts = new Map();
  for (const [name, task] of Object.entries(tasks)) counts.set(name, await callsWithin(task, ROUND_MS * 2));
  const taken = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, task] of Object.entries(tasks)) taken[name].push(await costOf(task, counts.get(name)));
  return Object.fromEntries(Object.entries(taken).map(([name, rounds]) => [name, median(rounds)]));
}

/** @returns how many calls fill half the time given, at least one. */
async function callsWithin(task, ms) {
  let calls = 0;
  for (const end = performance.now() + ms; performance.now() < end; calls++) await task();
  return Math.max(1, Math.floor(calls / 2));
}

async function costOf(task, calls) {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) {
    const answer = task();
    if (typeof answer?.then === 'function') await answer;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/** Prints each with its ratio to the first one. */
export function show(title, costs) {
  const [base] = Object.values(costs);
  console.log(`\n${title}`);
  for (const [name, us] of Object.entries(costs))
    console.log(
      `  ${name.padEnd(44)}${us.toFixed(3).padStart(12)} µs ${(us / base).toFixed(2).padStart(9)}×`,
    );
}

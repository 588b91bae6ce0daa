import { fits } from './scenarios.mjs';
import { RunningSubject } from './running-subject.mjs';
import { median } from './statistics.mjs';

/** Until the compiler has settled: a first scenario that was warmed for less came out at half its speed. */
const FIRST_WARM_MS = 3000;
const WARM_MS = 1000;
/** Before each round: a process that waited for its turn has lost some of what made it fast. */
const WAKE_MS = 100;
const COUNT_MS = 100;

/**
 * All rounds of all scenarios on one platform. A round visits every subject once, so that a mood of the machine meets all of them.
 *
 * @returns for each scenario, a map from subject to `{ cpu: [a round], rate: [a round], bytes, commands }`.
 */
export async function measure({ platform, subjects, scenarios, servers, load, rounds, roundMs, tell }) {
  const running = await Promise.all(subjects.map((each) => RunningSubject.start(each, platform, servers)));
  const results = new Map();
  for (const scenario of scenarios) {
    const able = running.filter(({ subject }) => fits(scenario, subject));
    const warmMs = results.size === 0 ? FIRST_WARM_MS : WARM_MS;
    results.set(scenario.name, await measureScenario({ able, scenario, load, rounds, roundMs, warmMs }));
    tell(platform, scenario.name, results.get(scenario.name));
  }
  await Promise.all(running.map(({ child }) => child.stop()));
  return results;
}

async function measureScenario({ able, scenario, load, rounds, roundMs, warmMs }) {
  const taken = new Map();
  for (const each of able) {
    const cookies = await each.cookiesFor(scenario);
    await each.round(load, scenario, cookies, warmMs);
    taken.set(each, { cookies, rows: [], traffic: await counted(each, load, scenario, cookies) });
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [...able].reverse() : able;
    for (const each of order) {
      const { cookies, rows } = taken.get(each);
      await each.round(load, scenario, cookies, WAKE_MS);
      rows.push(await each.round(load, scenario, cookies, roundMs));
    }
  }
  return new Map(
    [...taken].map(([{ subject }, { rows, traffic }]) => [subject.name, summary(rows, traffic)]),
  );
}

async function counted(each, load, scenario, cookies) {
  await each.child.ask({ count: true });
  const { commands } = await each.round(load, scenario, cookies, COUNT_MS);
  await each.child.ask({ count: false });
  return commands;
}

const summary = (rows, commands) => ({
  cpu: rows.map(({ cpu }) => cpu),
  rate: rows.map(({ rate }) => rate),
  bytes: median(rows.map(({ bytes }) => bytes)),
  commands,
});

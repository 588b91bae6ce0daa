import { postgresBinaries } from '../../test/support/servers/postgres-binaries.ts';
import { PostgresServer } from '../../test/support/servers/postgres.ts';
import { redisBinary } from '../../test/support/servers/redis-binary.ts';
import { RedisServer } from '../../test/support/servers/redis.ts';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Child } from './child.mjs';
import { measure } from './measure.mjs';
import { rowsOf, writeResults } from './results.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { ratioOf } from './statistics.mjs';
import { BARE, PLATFORMS, subjectsOn } from './subjects.mjs';

/** Runs it all, with private servers; what cannot be had here is left out, and said so. */
export async function benchHttp({ lib, rounds, roundMs, only, beside, written }) {
  const [own, other] = [lib, beside].map((folder) => folder && pathToFileURL(resolve(folder)).href);
  const platforms = chosen(PLATFORMS, only);
  const wanted = new Map(
    platforms.map((platform) => [platform, wantedOn(subjectsOn(platform, own, other), only)]),
  );
  const started = await startServers(new Set([...wanted.values()].flat().map(({ store }) => store)));
  const servers = Object.fromEntries([...started].map(([name, { url }]) => [name, url]));
  const scenarios = SCENARIOS.filter(({ name }) => chosen(namesOf(SCENARIOS), only).includes(name));
  const load = new Child('load.mjs');
  const results = new Map();
  try {
    for (const [platform, all] of wanted) {
      const subjects = all.filter(({ store }) => !(store in SERVERS) || started.has(store));
      const plan = { platform, subjects, scenarios, servers, load, rounds, roundMs, tell };
      results.set(platform, await measure(plan));
    }
  } finally {
    await load.stop();
    await Promise.all([...started.values()].map((server) => server.stop()));
  }
  if (written) await writeResults({ rows: rowsOf(results), rounds, roundMs });
}

const SERVERS = {
  redis: { binary: redisBinary, start: (binary) => RedisServer.start(binary) },
  postgres: { binary: postgresBinaries, start: (binary) => PostgresServer.start(binary) },
};

async function startServers(stores) {
  const started = new Map();
  for (const [name, { binary, start }] of Object.entries(SERVERS)) {
    if (!stores.has(name)) continue;
    const found = binary();
    if (found) started.set(name, await start(found));
    else console.log(`NOT MEASURED: ${name} cannot be had here.`);
  }
  return started;
}

const namesOf = (all) => all.map(({ name }) => name);

function wantedOn(subjects, only) {
  const names = chosen(namesOf(subjects), only);
  return subjects.filter(({ name }) => name === BARE || names.includes(name));
}

/** Those of `names` that a part given by `only` is in; all of them, when no part is in any. */
function chosen(names, only) {
  const parts = only.filter((part) => names.some((name) => name.includes(part)));
  return parts.length === 0 ? names : names.filter((name) => parts.some((part) => name.includes(part)));
}

function tell(platform, scenario, subjects) {
  console.log(`\n${platform}: ${scenario}`);
  const bare = subjects.get(BARE);
  for (const [name, { cpu, rate, commands, bytes }] of subjects) {
    const [work, speed] = [ratioOf(bare.cpu, cpu), ratioOf(rate, bare.rate)];
    const shown = [work.median, work.from, work.to, speed.median].map((ratio) => ratio.toFixed(3));
    console.log(
      `  ${name.padEnd(38)} cpu ${shown[0]} [${shown[1]}–${shown[2]}]  rate ${shown[3]}  ${commands.toFixed(2)} commands  ${bytes.toFixed(0)} B`,
    );
  }
}

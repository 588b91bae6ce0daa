import { postgresBinaries } from '../../test/support/servers/postgres-binaries.ts';
import { PostgresServer } from '../../test/support/servers/postgres.ts';
import { redisBinary } from '../../test/support/servers/redis-binary.ts';
import { RedisServer } from '../../test/support/servers/redis.ts';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Child } from './child.mjs';
import { measure } from './measure.mjs';
import { writeResults } from './results.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { ratioOf } from './statistics.mjs';
import { BARE, PLATFORMS, subjectsOn } from './subjects.mjs';

/** Runs it all, with private servers; what cannot be had here is left out, and said so. */
export async function benchHttp({ lib, rounds, roundMs, only, beside, written }) {
  const started = await startServers();
  const servers = Object.fromEntries(Object.entries(started).map(([name, { url }]) => [name, url]));
  const load = new Child('load.mjs');
  const [own, other] = [lib, beside].map((folder) => folder && pathToFileURL(resolve(folder)).href);
  const results = new Map();
  try {
    for (const platform of PLATFORMS.filter((name) => chosen(PLATFORMS, only)(name))) {
      const all = subjectsOn(platform, own, other).filter(
        ({ store }) => store in servers || !['redis', 'postgres'].includes(store),
      );
      const named = chosen(
        all.map(({ name }) => name),
        only,
      );
      const subjects = all.filter(({ name }) => name === BARE || named(name));
      const wanted = chosen(
        SCENARIOS.map(({ name }) => name),
        only,
      );
      const scenarios = SCENARIOS.filter(({ name }) => wanted(name));
      results.set(
        platform,
        await measure({ platform, subjects, scenarios, servers, load, rounds, roundMs, tell }),
      );
    }
  } finally {
    await load.stop();
    await Promise.all(Object.values(started).map((server) => server.stop()));
  }
  if (written) await writeResults({ results, rounds, roundMs });
}

async function startServers() {
  const servers = {};
  const [redis, postgres] = [redisBinary(), postgresBinaries()];
  if (redis) servers.redis = await RedisServer.start(redis);
  else console.log('NOT MEASURED: Redis cannot be had here.');
  if (postgres) servers.postgres = await PostgresServer.start(postgres);
  else console.log('NOT MEASURED: PostgreSQL cannot be had here.');
  return servers;
}

/** Those of `names` that a word of `only` is part of; all of them, when no word is part of any. */
function chosen(names, only) {
  const words = only.filter((word) => names.some((name) => name.includes(word)));
  return (name) => words.length === 0 || words.some((word) => name.includes(word));
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

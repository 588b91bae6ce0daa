import { writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * `node bench/profile.mjs [--platform fastify] [--subject 'ours, memory'] [--path /read] [--lib folder] [--out file.cpuprofile]`: where the time of
 * a warm request goes, by function and by package, in microseconds of its own a request. What is in memory only: no server is started.
 */
register('../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { ownBuild } = await import('./own-build.mjs');
const { Child } = await import('./http/child.mjs');
const { RunningSubject } = await import('./http/running-subject.mjs');
const { subjectsOn } = await import('./http/subjects.mjs');

const options = {
  platform: { type: 'string', default: 'fastify' },
  subject: { type: 'string', default: 'ours, memory' },
  path: { type: 'string', default: '/read' },
  seconds: { type: 'string', default: '3' },
  lib: { type: 'string' },
  rows: { type: 'string', default: '45' },
  out: { type: 'string' },
};
const { values } = parseArgs({ options });
const ROWS = Number(values.rows);

const subject = subjectsOn(values.platform, pathToFileURL(values.lib ?? (await ownBuild())).href).find(
  ({ name }) => name === values.subject,
);
const load = new Child('load.mjs');
const running = await RunningSubject.start(subject, values.platform, {});
const cookies = await running.cookiesFor({ cookie: 'valid', bytes: 2048 });
const drive = (ms) => load.ask({ port: running.port, path: values.path, cookies, ms });

await drive(4000);
await running.child.ask({ profile: 'start' });
const { requests } = await drive(Number(values.seconds) * 1000);
const { profile } = await running.child.ask({ profile: 'stop' });
await Promise.all([load.stop(), running.child.stop()]);
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(profile));

const name = (url) =>
  /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ??
  (url.startsWith('node:') ? 'node' : (/dist\/(.*)/.exec(url)?.[1] ?? (url || 'native')));
const own = new Map();
for (const [index, id] of profile.samples.entries())
  own.set(id, (own.get(id) ?? 0) + profile.timeDeltas[index]);
const tally = (key) => {
  const total = new Map();
  for (const { id, callFrame } of profile.nodes)
    total.set(key(callFrame), (total.get(key(callFrame)) ?? 0) + (own.get(id) ?? 0));
  return [...total].sort((a, b) => b[1] - a[1]);
};
const show = (rows) =>
  rows.forEach(([key, us]) => console.log(`${(us / requests).toFixed(2).padStart(8)} µs  ${key}`));

console.log(
  `${String(values.subject)} on ${String(values.platform)}, ${String(values.path)}: ${requests} requests\n\nby place`,
);
show(tally(({ url }) => name(url)).slice(0, ROWS));
console.log('\nby function');
show(
  tally(
    ({ functionName, url, lineNumber }) => `${functionName || '(anonymous)'}  ${name(url)}:${lineNumber + 1}`,
  ).slice(0, ROWS),
);

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownBuild } from '../own-build.mjs';
import { median } from '../http/statistics.mjs';

/** `node bench/micro/boot.mjs`: what an import of the library, and a boot with it, add to an app that has Nest already. */
const ROUNDS = 5;
const folder = resolve(process.env.BENCH_LIB ?? (await ownBuild()) ?? process.exit(1));
const at = (path) => JSON.stringify(pathToFileURL(resolve(folder, path)).href);
const nest = `import 'reflect-metadata'; import { NestFactory } from '@nestjs/core'; import '@nestjs/platform-express';`;
const boot = (imports) =>
  `class App {} const app = await NestFactory.create({ module: App, imports: [${imports}] }, { logger: false }); await app.init();`;

const PROGRAMS = {
  'Nest imported': nest,
  'and the library imported': `${nest} await import(${at('index.js')});`,
  'Nest booted': `${nest} ${boot('')}`,
  'and booted with sessions': `${nest} const { SessionModule } = await import(${at('index.js')}); ${boot('SessionModule.forRoot()')}`,
};

const report = `console.log(JSON.stringify([performance.now(), process.memoryUsage().rss / 1e6])); process.exit();`;
const run = (program) =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', `${program} ${report}`], {
      encoding: 'utf8',
    }),
  );

const taken = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++)
  for (const [name, program] of Object.entries(PROGRAMS)) taken[name].push(run(program));
for (const [name, rounds] of Object.entries(taken)) {
  const [ms, mb] = [0, 1].map((column) => median(rounds.map((row) => row[column])));
  console.log(`${name.padEnd(28)}${ms.toFixed(0).padStart(6)} ms ${mb.toFixed(0).padStart(6)} MB`);
}

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../scripts/run.mjs';
import { chartOf } from './chart.mjs';
import { ratioOf } from './statistics.mjs';
import { BARE } from './subjects.mjs';
import { judged } from './targets.mjs';

const PACKAGES = [
  '@nestjs/core',
  'express',
  'fastify',
  'express-session',
  '@fastify/session',
  'connect-redis',
  'connect-pg-simple',
  'iron-session',
  '@redis/client',
  'pg',
];

/** One line of a table: a subject in a scenario, in ratios to bare Nest in the same rounds. */
export const rowsOf = (results) =>
  [...results].flatMap(([platform, scenarios]) =>
    [...scenarios].flatMap(([scenario, subjects]) => {
      const bare = subjects.get(BARE);
      return [...subjects].map(([subject, { cpu, rate, commands, bytes }]) => ({
        platform,
        scenario,
        subject,
        work: ratioOf(bare.cpu, cpu),
        rate: ratioOf(rate, bare.rate).median,
        commands,
        bytes,
      }));
    }),
  );

/** Writes bench/RESULTS.md and bench/results.svg. */
export async function writeResults({ rows, rounds, roundMs }) {
  const text = [
    '# Results',
    `\`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${rounds} interleaved rounds of ${roundMs} ms, 16 connections.`,
    table(
      [
        ['machine', `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`],
        ...versions(),
      ],
      ['what', 'is'],
    ),
    [
      'A ratio is the CPU time that bare Nest takes for the request, divided by what the subject takes for it, in the same round: 1 is as fast as',
      'no session at all. Beside the median stands the middle half of the rounds. The rate is that of requests a second, with the load',
      'generator and the servers on the same machine. Commands and bytes are what goes between app and store, in both directions, a request.',
    ].join('\n'),
    '## Targets',
    table(judged(rows), ['platform', 'measure', 'target', 'measured', '']),
    ...tables(rows),
  ].join('\n\n');
  writeFileSync(join(root, 'bench/RESULTS.md'), await format(text, { parser: 'markdown', printWidth: 140 }));
  writeFileSync(join(root, 'bench/results.svg'), chartOf(rows));
}

const tables = (rows) =>
  [...new Set(rows.map(({ platform, scenario }) => `${platform}: ${scenario}`))].map((title) => {
    const own = rows.filter(({ platform, scenario }) => `${platform}: ${scenario}` === title);
    const lines = own.map(({ subject, work, rate, commands, bytes }) => [
      subject,
      `${two(work.median)} (${two(work.from)} to ${two(work.to)})`,
      two(rate),
      commands.toFixed(1),
      bytes.toFixed(0),
    ]);
    return `## ${title}\n\n${table(lines, ['subject', 'CPU', 'rate', 'commands', 'bytes'])}`;
  });

const two = (number) => number.toFixed(2);

const table = (rows, head) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function versions() {
  const of = (name) =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  return [
    ['Node', process.versions.node],
    ['this package', commit],
    ...PACKAGES.map((name) => [name, of(name)]),
  ];
}

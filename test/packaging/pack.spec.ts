import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { read } from '../meta/project-files.js';
import { tsBlocks } from '../meta/ts-blocks.js';
import type { NestAddTask } from '../support/processes/nest-add.js';
import { Visitor } from '../support/visitor.js';
import { type Consumer, install, pack, runApp, runCommand, testedWith } from './consumer.js';
import { newApp, TemplateApp } from './new-app.js';

const MINUTE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
const shared = ['reflect-metadata', 'rxjs'];

const nest12 = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express'].map(testedWith);
const nest11 = ['@nestjs/common@11', '@nestjs/core@11', '@nestjs/platform-fastify@11'];

/** How the templates of Nest 10 and the first ones of Nest 11 had it. */
const older = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' };

/** What README.md shows in short: a whole root module. */
const [inShort] = tsBlocks(read('README.md'));

/** An app of `nest new`, and the TypeScript that compiles it. */
type Template = readonly [NestAddTask['type'], Consumer['compiler']];

/** What one visitor is told at the first visit, and at the second. */
async function visits(url: string): Promise<unknown[]> {
  const visitor = new Visitor(url);
  return [(await visitor.get('/')).body, (await visitor.get('/')).body];
}

let tarball: string;

beforeAll(async () => {
  tarball = await pack(folder);
}, MINUTE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed library', () => {
  const apps: [name: string, packages: string[], consumer: Consumer, templates: Template[]][] = [
    [
      'Nest 12 without Fastify',
      nest12,
      { type: 'module', platform: 'express', compiler: 'typescript7' },
      [
        ['esm', 'typescript7'],
        ['cjs', 'typescript'],
      ],
    ],
    [
      'Nest 11 without Express',
      nest11,
      { type: 'commonjs', platform: 'fastify', compiler: 'typescript', options: older },
      [],
    ],
  ];

  it.each(apps)(
    'installs, compiles and keeps a session in a fresh app of %s',
    async (name, packages, consumer, templates) => {
      const home = join(folder, name.replaceAll(' ', '-'));
      await install(home, [tarball, ...packages, ...shared]);
      expect(await runCommand(home, 'doctor', '--help')).toContain('Usage: nestjs-sessions doctor');
      expect(await runApp(join(home, 'app'), consumer)).toBe('written, Ada');
      for (const [type, compiler] of templates) {
        const [{ files }] = await newApp({ type });
        const changed = { ...files, '/src/app.module.ts': inShort?.text ?? '' };
        const app = await TemplateApp.compiled(join(home, type), changed, compiler);
        expect(await app.visited(visits)).toEqual([{ visits: 1 }, { visits: 2 }]);
      }
    },
    3 * MINUTE_MS,
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Consumer, install, pack, runApp, runCommand, testedWith } from './consumer.js';

const MINUTE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'consumers-'));
const shared = ['reflect-metadata', 'rxjs'];

const nest12 = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express'].map(testedWith);
const nest11 = ['@nestjs/common@11', '@nestjs/core@11', '@nestjs/platform-fastify@11'];

let tarball: string;

beforeAll(async () => {
  tarball = await pack(folder);
}, MINUTE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed library', () => {
  const apps: [name: string, packages: string[], consumers: Consumer[]][] = [
    [
      'Nest 12 without Fastify',
      nest12,
      [
        { type: 'module', platform: 'express', compiler: 'typescript7' },
        { type: 'commonjs', platform: 'express', compiler: 'typescript' },
      ],
    ],
    ['Nest 11 without Express', nest11, [{ type: 'commonjs', platform: 'fastify', compiler: 'typescript' }]],
  ];

  it.each(apps)(
    'installs, compiles and keeps a session in a fresh app of %s',
    async (name, packages, consumers) => {
      const home = join(folder, name.replaceAll(' ', '-'));
      await install(home, [tarball, ...packages, ...shared]);
      expect(await runCommand(home, 'doctor', '--help')).toContain('Usage: nestjs-sessions doctor');
      for (const consumer of consumers) {
        expect(await runApp(join(home, consumer.type), consumer)).toBe('written, Ada');
      }
    },
    2 * MINUTE_MS,
  );
});

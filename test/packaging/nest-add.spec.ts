import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { read, root } from '../meta/project-files.js';
import { tsBlocks } from '../meta/ts-blocks.js';
import { curlRequest } from '../support/curl-line.js';
import type { NestAdded } from '../support/processes/nest-add.js';
import { load } from '../support/loading-settings.js';
import { folderWith } from '../support/temporary-folder.js';
import { Visitor } from '../support/visitor.js';
import { newApp, TemplateApp } from './new-app.js';

const MINUTE_MS = 60_000;
const YAML = read('lib/schematics/nest-add/serving.dev.yaml');

/** The lines that were added to a file of the template, trimmed. */
const added = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line.includes('SessionModule'))
    .map((line) => line.trim());

const ADDED = [`import { SessionModule } from 'nestjs-sessions';`, 'imports: [SessionModule.forRoot()],'];

/** Puts what an app of Nest needs into its node_modules, and ours as it was built last. */
function withPackages(folder: string): string {
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  for (const name of ['@nestjs', 'reflect-metadata', 'rxjs'])
    symlinkSync(join(root, 'node_modules', name), join(packages, name), 'dir');
  symlinkSync(root, join(packages, 'nestjs-sessions'), 'dir');
  return folder;
}

const quickstart = read('docs/quickstart.md');

/** The files that the quickstart shows, below `src`; its controller is that of the app. */
const SHOWN = {
  ...Object.fromEntries(tsBlocks(quickstart).map(({ name, text }) => [`/src/${name}`, text])),
  '/src/app.controller.ts': `export { AccountController as AppController } from './account.controller.js';\n`,
};

/** Does what the `curl` lines of the quickstart do, at another address, and answers what came back. */
async function curlLines(url: string): Promise<string[]> {
  const visitor = new Visitor(url);
  const answers: string[] = [];
  for (const line of quickstart.match(/^curl .*$/gm) ?? []) {
    const { url: asked, init } = curlRequest(line);
    const response = await fetch(url + new URL(asked).pathname, {
      ...init,
      headers: { ...init.headers, cookie: visitor.cookie },
    });
    for (const cookie of response.headers.getSetCookie()) visitor.receive(cookie);
    answers.push(await response.text());
  }
  return answers;
}

describe.each(['esm', 'cjs'] as const)(
  'nest add nestjs-sessions, in a fresh app of nest new (%s)',
  (type) => {
    let [first, second]: NestAdded[] = [];
    beforeAll(async () => {
      [, first, second] = await newApp({ type });
    }, MINUTE_MS);

    it('adds the module and a configuration, and says what comes next', () => {
      expect(added(first?.files['/src/app.module.ts'])).toEqual(ADDED);
      expect(first?.files['/serving.dev.yaml']).toBe(YAML);
      expect(first?.said.join('\n')).toContain('npx nestjs-sessions doctor');
    });

    it('changes nothing the second time', () => {
      expect(second?.files).toEqual(first?.files);
      expect(second?.said).toEqual(expect.arrayContaining(['src/app.module.ts has SessionModule already.']));
    });

    it('leaves an app in which the rest of the quickstart compiles, starts and keeps a session', async () => {
      const folder = withPackages(folderWith({}));
      const app = await TemplateApp.compiled(folder, { ...first?.files, ...SHOWN });
      expect(await app.visited(curlLines)).toEqual(['', '{"user":"Ada"}', '{"theme":"dark"}']);
    });
  },
);

describe('nest add nestjs-sessions', () => {
  it('writes a configuration that says what the defaults are', async () => {
    const { file: _, ...written } = await load({ files: { 'serving.dev.yaml': YAML } });
    const { directory } = written;
    expect({ ...(await load({})), directory }).toEqual(written);
  });

  it('writes over no file, and leaves to a person what is unclear', async () => {
    const files = {
      '/serving.dev.yaml': 'environment: dev\n# mine\n',
      '/src/app.module.ts': '@Module(metadata)\nexport class AppModule {}\n',
    };
    const [, left] = await newApp({ type: 'esm', files });
    expect(left.files).toMatchObject(files);
    expect(left.said.join('\n')).toContain('src/app.module.ts was left as it is. Add it yourself');
  });

  it('finds the app in a workspace of several', async () => {
    const files = {
      '/apps/shop/src/main.ts': `import { ShopModule } from './shop.module.js';\nNestFactory.create(ShopModule);\n`,
      '/apps/shop/src/shop.module.ts': `import { Module } from '@nestjs/common';\n\n@Module({})\nexport class ShopModule {}\n`,
    };
    const [, left] = await newApp({ type: 'esm', files, sourceRoot: 'apps/shop/src' });
    expect(added(left.files['/apps/shop/src/shop.module.ts'])).toHaveLength(2);
    expect(added(left.files['/src/app.module.ts'])).toEqual([]);
  });

  it(
    'is what the Nest CLI runs',
    async () => {
      const folder = folderWith({
        'package.json': '{ "private": true, "type": "module" }',
        'nest-cli.json': '{ "sourceRoot": "src" }',
        'src/app.module.ts': `import { Module } from '@nestjs/common';\n\n@Module({})\nexport class AppModule {}\n`,
      });
      withPackages(folder);
      const cli = dirname(createRequire(join(root, 'package.json')).resolve('@nestjs/cli/package.json'));
      const nest = [join(cli, 'bin/nest.js'), 'add', 'nestjs-sessions', '--skip-install'];
      await promisify(execFile)(process.execPath, nest, { cwd: folder, timeout: MINUTE_MS });
      expect(added(readFileSync(join(folder, 'src/app.module.ts'), 'utf8'))).toHaveLength(2);
      expect(readFileSync(join(folder, 'serving.dev.yaml'), 'utf8')).toBe(YAML);
    },
    MINUTE_MS,
  );
});

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { read, root } from '../meta/project-files.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { NestAddTask, NestAdded } from '../support/processes/nest-add.js';
import { load } from '../support/loading-settings.js';
import { folderWith } from '../support/temporary-folder.js';

const MINUTE_MS = 60_000;
const YAML = read('lib/schematics/nest-add/serving.dev.yaml');

/** What two runs of the built schematic, one after the other, left and said. */
async function nestAdd(task: NestAddTask): Promise<[NestAdded, NestAdded]> {
  const program = ChildProgram.start('nest-add.ts', task);
  await program.finished();
  const [first, second] = program.lines.map((line) => JSON.parse(line) as NestAdded);
  if (!first || !second) throw new Error('The schematic did not run twice.');
  return [first, second];
}

/** The lines that were added to a file of the template, trimmed. */
const added = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .filter((line) => line.includes('SessionModule'))
    .map((line) => line.trim());

const ADDED = [`import { SessionModule } from 'nestjs-sessions';`, 'imports: [SessionModule.forRoot()],'];

describe.each(['esm', 'cjs'] as const)(
  'nest add nestjs-sessions, in a fresh app of nest new (%s)',
  (type) => {
    it('adds the module and a configuration, and says what comes next', async () => {
      const [{ files, said }] = await nestAdd({ type });
      expect(added(files['/src/app.module.ts'])).toEqual(ADDED);
      expect(files['/serving.dev.yaml']).toBe(YAML);
      expect(said.join('\n')).toContain('npx nestjs-sessions doctor');
    });

    it('changes nothing the second time', async () => {
      const [first, second] = await nestAdd({ type });
      expect(second.files).toEqual(first.files);
      expect(second.said).toEqual(expect.arrayContaining(['src/app.module.ts has SessionModule already.']));
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
    const [left] = await nestAdd({ type: 'esm', files });
    expect(left.files).toMatchObject(files);
    expect(left.said.join('\n')).toContain('src/app.module.ts was left as it is. Add it yourself');
  });

  it('finds the app in a workspace of several', async () => {
    const files = {
      '/apps/shop/src/main.ts': `import { ShopModule } from './shop.module.js';\nNestFactory.create(ShopModule);\n`,
      '/apps/shop/src/shop.module.ts': `import { Module } from '@nestjs/common';\n\n@Module({})\nexport class ShopModule {}\n`,
    };
    const [left] = await nestAdd({ type: 'esm', files, sourceRoot: 'apps/shop/src' });
    expect(added(left.files['/apps/shop/src/shop.module.ts'])).toHaveLength(2);
    expect(added(left.files['/src/app.module.ts'])).toEqual([]);
  });

  it(
    'is what the Nest CLI runs',
    async () => {
      const folder = folderWith({
        'package.json': '{ "private": true, "type": "module" }',
        'nest-cli.json': '{ "sourceRoot": "src" }',
      });
      mkdirSync(join(folder, 'src'));
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules/nestjs-sessions'), 'dir');
      writeFileSync(
        join(folder, 'src/app.module.ts'),
        `import { Module } from '@nestjs/common';\n\n@Module({})\nexport class AppModule {}\n`,
      );
      const cli = dirname(createRequire(join(root, 'package.json')).resolve('@nestjs/cli/package.json'));
      const nest = [join(cli, 'bin/nest.js'), 'add', 'nestjs-sessions', '--skip-install'];
      await promisify(execFile)(process.execPath, nest, { cwd: folder, timeout: MINUTE_MS });
      expect(added(readFileSync(join(folder, 'src/app.module.ts'), 'utf8'))).toHaveLength(2);
      expect(readFileSync(join(folder, 'serving.dev.yaml'), 'utf8')).toBe(YAML);
    },
    MINUTE_MS,
  );
});

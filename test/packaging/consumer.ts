import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { read, root } from '../meta/project-files.js';

const run = promisify(execFile);
const MINUTE_MS = 60_000;
const FIXTURES = join(root, 'test/packaging/fixtures');

/** An app of a user: which Nest, on which platform, written in which module system, checked by which TypeScript. */
export interface Consumer {
  readonly type: 'module' | 'commonjs';
  readonly platform: 'express' | 'fastify';
  readonly compiler: 'typescript' | 'typescript7';
  /** Compiler options of its own, in the place of the project's. */
  readonly options?: object;
}

/** Packs the project as npm would publish it, and answers the path of the tarball. */
export async function pack(destination: string): Promise<string> {
  if (!existsSync(join(root, 'dist'))) throw new Error('There is nothing to pack. Fix: npm run build.');
  const { stdout } = await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', destination);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join(destination, packed?.filename ?? '');
}

/** Installs the tarball beside one version of Nest and one platform, as a user would. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm(
    folder,
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefer-offline',
    ...packages,
  );
}

/** Runs the command of the installed package, as `npx` does, and answers what it printed. */
export const runCommand = async (folder: string, ...words: string[]): Promise<string> =>
  (await runNode(folder, 'node_modules/.bin/nestjs-sessions', ...words)).stdout;

/** Writes the app into `folder`, compiles it against the installed package, runs it and answers what it printed. */
export async function runApp(
  folder: string,
  { type, platform, compiler, options }: Consumer,
): Promise<string> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions(), ...options } }),
  );
  for (const file of ['main.ts', 'serving.dev.yaml']) copyFileSync(join(FIXTURES, file), join(folder, file));
  copyFileSync(join(FIXTURES, `${platform}.ts`), join(folder, 'adapter.ts'));
  await runNode(folder, join(root, 'node_modules', compiler, 'bin/tsc'));
  const { stdout } = await runNode(folder, 'main.js');
  return stdout.trim();
}

/** The version of a package that the project itself is tested with. */
export const testedWith = (name: string): string => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  return `${name}@${devDependencies[name] ?? 'latest'}`;
};

/** The project's own compiler options, without its paths: the package must be found as the user finds it. */
function compilerOptions(): object {
  const { compilerOptions: own } = JSON.parse(read('tsconfig.json')) as { compilerOptions: object };
  const typeRoots = [join(root, 'node_modules/@types')];
  return { ...own, paths: undefined, noEmit: false, skipLibCheck: true, typeRoots };
}

/** Runs Node as a user would; a failure carries all that it printed. */
export async function runNode(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  return run(process.execPath, args, { cwd, env: environment(), timeout: 2 * MINUTE_MS }).catch(
    (error: unknown) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`node ${args.join(' ')} failed.\n${stdout}${stderr}`, { cause: error });
    },
  );
}

const npm = (cwd: string, ...args: string[]) => runNode(cwd, npmCli(), ...args);

const npmCli = (): string =>
  process.env['npm_execpath'] ?? join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');

/** The environment of a user's shell: without what jest and `npm test` add for the project itself. */
export const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|config_local)|NODE_|JEST_)/.test(name),
    ),
  );

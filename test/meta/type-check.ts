import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './project-files.js';
import type { DocModule } from './ts-blocks.js';

/** A page, or a source file, and the modules that it shows. */
export type Page = readonly [path: string, modules: readonly DocModule[]];

const OPTIONS = {
  rootDir: '../../..',
  moduleDetection: 'force',
  noUnusedLocals: false,
  noUnusedParameters: false,
};

/**
 * Type-checks the modules of pages against the sources of lib and answers the errors as `page:line: message`.
 *
 * A page that merges something into `SessionData` is a program of its own: what it declares reaches every module of a program.
 *
 * @param folder below `.build`; each check has its own, as tests run at the same time.
 */
export function typeCheck(folder: string, pages: readonly Page[]): string[] {
  rmSync(join(root, '.build', folder), { recursive: true, force: true });
  const isAlone = ([, modules]: Page): boolean =>
    modules.some(({ text }) => /^\s*declare (module|global)/m.test(text));
  const shown = pages.filter(([, modules]) => modules.length > 0);
  const together = shown.filter((page) => !isAlone(page));
  const programs = [together, ...shown.filter(isAlone).map((page) => [page])].filter(
    ({ length }) => length > 0,
  );
  return programs.flatMap((program, index) => checkProgram(`${folder}/${index}`, program));
}

function checkProgram(folder: string, pages: readonly Page[]): string[] {
  const base = `.build/${folder}`;
  for (const [page, modules] of pages) {
    for (const { name, text } of modules) write(`${base}/${page}/${name}`, text);
  }
  const config = { extends: '../../../tsconfig.json', compilerOptions: OPTIONS };
  write(
    `${base}/tsconfig.json`,
    JSON.stringify({ ...config, files: ['../../../lib/index.ts'], include: ['.'], exclude: [] }),
  );
  return errorsOf(base);
}

/** Errors in lib itself are left to the check of lib. */
function errorsOf(base: string): string[] {
  const tsc = ['node_modules/typescript7/bin/tsc', '--pretty', 'false', '--project', base];
  const { status, stdout } = spawnSync(process.execPath, tsc, { cwd: root, encoding: 'utf8' });
  const errors = [...stdout.matchAll(/^(.+?)\((\d+),\d+\): error (.*)$/gm)];
  if (status !== 0 && errors.length === 0) return [stdout];
  return errors
    .filter(([, file = '']) => file.startsWith(base))
    .map(([, file = '', line, message]) => `${dirname(file.slice(base.length + 1))}:${line}: ${message}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

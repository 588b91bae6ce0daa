import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bin, root, runNode } from './run.mjs';

const at = (path) => join(root, path);

/** Checks and compiles lib into a fresh dist. Answers whether it succeeded; after a failure there is no dist. */
export async function build() {
  rmSync(at('dist'), { recursive: true, force: true });
  const passed = await compile('tsconfig.build.json');
  if (passed) copyAssets('lib', 'dist');
  else rmSync(at('dist'), { recursive: true, force: true });
  return passed;
}

/** Builds only when something in lib, or how it is built, is newer than dist. */
export async function buildIfStale() {
  if (isFresh('dist/index.js', ['lib', 'tsconfig.json', 'tsconfig.build.json'])) return true;
  console.log('Building lib …');
  return build();
}

/** Compiles one project with TypeScript 7 and answers whether it is free of errors. */
export const compile = async (project) =>
  (await runNode([bin('typescript7', 'bin/tsc'), '--project', project])) === 0;

/** Copies what TypeScript leaves behind, such as `.lua`, `.sql` and `.html`, beside the code that reads it. */
export const copyAssets = (from, to) =>
  cpSync(at(from), at(to), {
    recursive: true,
    filter: (path) => !['.ts', '.md'].includes(extname(path)) && !path.endsWith('tsconfig.json'),
  });

function isFresh(output, inputs) {
  return (
    existsSync(at(output)) &&
    Math.max(...inputs.map((path) => newest(at(path)))) < statSync(at(output)).mtimeMs
  );
}

/** The latest change below a path; folders count as well, so that a deleted file is noticed. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await build()) ? 0 : 1;

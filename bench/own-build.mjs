import { join } from 'node:path';
import { copyAssets } from '../scripts/build.mjs';
import { bin, root, runNode } from '../scripts/run.mjs';

const OUTPUT = '.build/bench';

/** Compiles lib into a folder of the bench, as `dist` may change while it runs. Answers the folder; `undefined` after errors. */
export async function ownBuild() {
  const project = ['--project', 'tsconfig.build.json', '--outDir', OUTPUT];
  if ((await runNode([bin('typescript7', 'bin/tsc'), ...project])) !== 0) return undefined;
  copyAssets('lib', OUTPUT);
  return join(root, OUTPUT);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode } from './run.mjs';

/** Runs `npm ci` when node_modules is missing or is not what package-lock.json says. Answers whether the packages are there. */
export async function installIfStale() {
  if (isInstalled()) return true;
  console.log('Installing the packages of package-lock.json …');
  return (await runNode([npmPath(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'])) === 0;
}

/** Compares what npm wrote into node_modules with the lock file: a timestamp would say nothing after a checkout. */
function isInstalled() {
  try {
    const wanted = packagesOf('package-lock.json');
    const installed = packagesOf('node_modules/.package-lock.json');
    return Object.entries(wanted).every(([path, { version, optional }]) =>
      path in installed ? installed[path].version === version : path === '' || optional,
    );
  } catch {
    return false;
  }
}

const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

/** npm tells its scripts where it is; beside a bare `node` it is in the folder that Node's own installer puts it in. */
const npmPath = () =>
  process.env.npm_execpath ?? join(process.execPath, '../../lib/node_modules/npm/bin/npm-cli.js');

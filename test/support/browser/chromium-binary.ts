import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileNamed, unpackedPackages } from '../servers/debian-packages.js';

/** A browser and what it needs to run. */
export interface ChromiumBinary {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const PACKAGE = 'chromium-headless-shell';
const ON_PATH = [PACKAGE, 'chromium', 'chromium-browser', 'google-chrome'];
let found: ChromiumBinary | undefined | null = null;

/** Chromium of the PATH, or unpacked from Debian's package; `undefined` where neither can be had. */
export function chromiumBinary(): ChromiumBinary | undefined {
  found ??= ON_PATH.map((path) => ({ path, env: {} })).find(runs) ?? unpacked();
  return found;
}

function unpacked(): ChromiumBinary | undefined {
  const folder = unpackedPackages('chromium', [PACKAGE]);
  const path = folder && fileNamed(PACKAGE, join(folder, 'usr/lib'));
  if (!path) return undefined;
  const binary = { path, env: { LD_LIBRARY_PATH: foldersOfLibraries(folder).join(delimiter) } };
  return runs(binary) ? binary : undefined;
}

function foldersOfLibraries(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const libraries = files.filter((path) => /\.so(\.\d+)*$/.test(path));
  return [...new Set(libraries.map((path) => join(folder, dirname(path))))];
}

const runs = ({ path, env }: ChromiumBinary): boolean =>
  spawnSync(path, ['--version'], { env: { ...process.env, ...env } }).status === 0;

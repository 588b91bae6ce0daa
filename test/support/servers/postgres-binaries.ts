import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileNamed, unpackedPackages } from './debian-packages.js';
import type { Identity } from './private-process.js';

/** The programs of one PostgreSQL, and whom they run as. */
export interface PostgresBinaries {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly identity: Identity;
}

const PROGRAMS = ['initdb', 'postgres', 'pg_dump'];
const DEBIAN = '/usr/lib/postgresql';
let found: PostgresBinaries | undefined | null = null;

/** PostgreSQL of the PATH or of Debian, or unpacked from Debian's package; `undefined` where none can be had. */
export function postgresBinaries(): PostgresBinaries | undefined {
  found ??= installed() ?? unpacked();
  return found;
}

/** Runs one of the programs to its end and answers what it printed. */
export function runPostgres(
  { folder, env, identity }: PostgresBinaries,
  program: string,
  ...args: readonly string[]
): string {
  return execFileSync(join(folder, program), args, {
    ...identity,
    env: { ...process.env, ...env, LC_ALL: 'C' },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

function installed(): PostgresBinaries | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  const folder = folders.find(isComplete);
  return folder === undefined ? undefined : { folder, env: {}, identity: serverIdentity() };
}

function unpacked(): PostgresBinaries | undefined {
  const root = unpackedPackages('postgresql', ['postgresql']);
  const folder = root && dirname(fileNamed('initdb', root) ?? root);
  if (!folder || !isComplete(folder)) return undefined;
  const libraries = dirname(fileNamed('libpq.so.5', root) ?? root);
  return { folder, env: { LD_LIBRARY_PATH: libraries }, identity: serverIdentity() };
}

const isComplete = (folder: string): boolean =>
  PROGRAMS.every((program) => existsSync(join(folder, program)));

/** PostgreSQL refuses to run as root. */
function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  const user = ['postgres', 'nobody'].find((name) => spawnSync('id', [name]).status === 0) ?? 'nobody';
  const number = (flag: string): number => Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout);
  return { uid: number('-u'), gid: number('-g') };
}

import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileNamed, unpackedPackages } from './debian-packages.js';

/** A server program and what it needs to run. */
export interface RedisBinary {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

const OLDEST = 7;
let found: RedisBinary | undefined | null = null;

/** Redis (from 7.0) or Valkey: of the PATH, or unpacked from Debian's package; `undefined` where neither can be had. */
export function redisBinary(): RedisBinary | undefined {
  found ??= ['valkey-server', 'redis-server'].map(onPath).find((each) => each !== undefined) ?? unpacked();
  return found;
}

const onPath = (path: string): RedisBinary | undefined =>
  fits({ path, env: {} }) ? { path, env: {} } : undefined;

function unpacked(): RedisBinary | undefined {
  const folder = unpackedPackages('redis', ['redis-server']);
  const path = folder && fileNamed('redis-server', `${folder}/usr/bin`);
  if (!path) return undefined;
  const library = fileNamed('libjemalloc.so.2', folder) ?? path;
  const binary = { path, env: { LD_LIBRARY_PATH: dirname(library) } };
  return fits(binary) ? binary : undefined;
}

function fits({ path, env }: RedisBinary): boolean {
  const { stdout } = spawnSync(path, ['--version'], { env: { ...process.env, ...env }, encoding: 'utf8' });
  return Number(/\bv=(\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= OLDEST;
}

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { invalidConfiguration } from '../../errors/configuration.js';
import { importOptional } from '../optional-import.js';
import { ioredisClient, type IoredisModule } from './ioredis-client.js';
import { nodeRedisClient, type NodeRedisModule } from './node-redis-client.js';
import { type DriverName, DRIVERS, type RedisOptions, type TlsOptions } from './redis-options.js';
import type { ServerPlace, TlsMaterial } from './server-place.js';

/** Loads a package; `undefined` when it is not installed. */
export type LoadPackage = (name: string) => Promise<unknown>;

/**
 * A client that the options describe, not connected yet.
 *
 * @param directory against which the files of `tls` are meant.
 * @throws SessionError CONFIG_INVALID when no client package is installed, or a file cannot be read.
 */
export async function makeClient(
  options: RedisOptions,
  directory: string,
  load: LoadPackage = importOptional,
): Promise<object> {
  const driver = await findDriver(options.driver ? [options.driver] : DRIVERS, load);
  const place = await placeOf(options, directory);
  return driver.name === 'ioredis' || driver.name === 'iovalkey'
    ? ioredisClient(driver.module as IoredisModule, place)
    : nodeRedisClient(driver.module as NodeRedisModule, place);
}

interface Driver {
  readonly name: DriverName;
  readonly module: unknown;
}

async function findDriver(names: readonly DriverName[], load: LoadPackage): Promise<Driver> {
  for (const name of names) {
    const module = await load(name);
    if (module !== undefined) return { name, module: namespaceOf(module) };
  }
  const [name = '@redis/client'] = names;
  throw invalidConfiguration([
    {
      key: 'session.config.driver',
      seen: `${names.join(', ')}: not installed`,
      wanted: 'a client of Redis',
      fix: `npm install ${name}`,
    },
  ]);
}

/** Node does not see each export of a CommonJS package; the default export has them all. */
const namespaceOf = (module: unknown): unknown => ({
  ...(module as { readonly default?: object }).default,
  ...(module as object),
});

async function placeOf(
  { url, cluster, sentinel, tls }: RedisOptions,
  directory: string,
): Promise<ServerPlace> {
  const secured =
    tls !== undefined || [url, ...(cluster ?? []), ...(sentinel?.nodes ?? [])].some((node) => node?.tls);
  return {
    ...(url && { server: url }),
    ...(cluster && { cluster: cluster as NonNullable<ServerPlace['cluster']> }),
    ...(sentinel && { sentinel }),
    ...(secured && { tls: await tlsMaterial(tls ?? {}, directory) }),
  };
}

async function tlsMaterial({ servername, ...files }: TlsOptions, directory: string): Promise<TlsMaterial> {
  const contents = Object.entries(files).map(
    async ([name, file]: [string, string]) => [name, await pem(name, resolve(directory, file))] as const,
  );
  return {
    ...Object.fromEntries(await Promise.all(contents)),
    ...(servername !== undefined && { servername }),
  };
}

async function pem(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as { readonly code?: string };
    throw invalidConfiguration(
      [
        {
          key: `session.config.tls.${name}`,
          seen: `${path}: ${code}`,
          wanted: 'a file in PEM that this process may read',
          fix: 'correct the path; it counts from the folder of the YAML file',
        },
      ],
      error,
    );
  }
}

/** Where a server is, and who to be there: a URL taken apart. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** The file of a Unix socket, in the place of host and port; empty for TCP. */
  readonly path?: string;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

const DEFAULT_PORT = 6379;
const TLS_BY_PROTOCOL: ReadonlyMap<string, boolean> = new Map([
  ['redis:', false],
  ['valkey:', false],
  ['rediss:', true],
  ['valkeys:', true],
]);

/**
 * Reads `redis://user:password@host:port/database`, `rediss://…` for TLS, or `unix:/path/to/redis.sock`; every part but the host
 * may be left out. Answers `undefined` for anything else.
 */
export function parseAddress(value: unknown): RedisAddress | undefined {
  const url = typeof value === 'string' ? asUrl(value) : undefined;
  if (!url || url.search || url.hash) return undefined;
  return url.protocol === 'unix:' ? socketAddress(url) : tcpAddress(url);
}

/** The address as a log or an error may show it: without who to be there. */
export const shownAddress = ({ host, port, path, tls, database }: RedisAddress): string =>
  path === undefined
    ? `redis${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}${database === 0 ? '' : `/${database}`}`
    : `unix:${path}`;

function asUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const socketAddress = ({ host, pathname }: URL): RedisAddress | undefined =>
  host === '' && /^\/./.test(pathname)
    ? { host: '', port: 0, path: decoded(pathname) ?? '', tls: false, database: 0 }
    : undefined;

function tcpAddress(url: URL): RedisAddress | undefined {
  const tls = TLS_BY_PROTOCOL.get(url.protocol);
  const [, database = '0'] = /^\/?(\d{0,6})$/.exec(url.pathname) ?? [undefined, '-1'];
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (tls === undefined || url.hostname === '' || Number(database) < 0) return undefined;
  if (username === undefined || password === undefined) return undefined;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls,
    database: Number(database),
    ...(username && { username }),
    ...(password && { password }),
  };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

import type { RedisAddress } from './redis-address.js';
import type { SentinelOptions } from './redis-options.js';

/** Where the servers are and how to talk to them: what a client is made from, whichever package makes it. */
export interface ServerPlace {
  /** One server; empty when there are several. */
  readonly server?: RedisAddress;
  /** Nodes of a cluster, at least one. */
  readonly cluster?: readonly [RedisAddress, ...RedisAddress[]];
  readonly sentinel?: SentinelOptions;
  /** Empty for a connection in the clear. */
  readonly tls?: TlsMaterial;
}

/** What Node's `tls.connect()` takes, the files read. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

/** How long a connection may take to come about. */
export const CONNECT_TIMEOUT_MS = 4000;

const FIRST_RETRY_MS = 25;
const LAST_RETRY_MS = 500;

/** When to try again to connect: soon, then twice as late each time, up to half a second; scattered, so that not all come at once. */
export const retryDelay = (attempt: number): number =>
  Math.ceil(Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS) * (0.5 + Math.random() / 2));

/** Who to be, in the words of both families of clients. */
export const identityOf = ({
  username,
  password,
}: Pick<RedisAddress, 'username' | 'password'>): {
  readonly username?: string;
  readonly password?: string;
} => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
});

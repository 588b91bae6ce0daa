import { createClient, createCluster } from '@redis/client';
import * as ioredis from 'ioredis';
import * as iovalkey from 'iovalkey';

/** A client as an app may have made it, connected, and the way to let go of it. */
export interface AppClient {
  readonly client: object;
  close(): void;
}

/** Clients of one server by the name of their package. */
export const singleClients: Readonly<Record<string, (url: string) => Promise<AppClient>>> = {
  '@redis/client': async (url) => {
    const client = await createClient({ url }).on('error', ignore).connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (url) => disconnectable(new ioredis.Redis(url)),
  iovalkey: async (url) => disconnectable(new iovalkey.Redis(url)),
};

/** Clients of a cluster by the name of their package. */
export const clusterClients: Readonly<Record<string, (urls: readonly string[]) => Promise<AppClient>>> = {
  '@redis/client': async (urls) => {
    const client = createCluster({ rootNodes: urls.map((url) => ({ url })) }).on('error', ignore);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (urls) => disconnectable(new ioredis.Cluster([...urls])),
  iovalkey: async (urls) => disconnectable(new iovalkey.Cluster([...urls])),
};

interface Disconnectable {
  on(event: 'error', listener: () => void): unknown;
  disconnect(): void;
}

function disconnectable(client: Disconnectable): AppClient {
  client.on('error', ignore);
  return { client, close: () => client.disconnect() };
}

function ignore(): void {}

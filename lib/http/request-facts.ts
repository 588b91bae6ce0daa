import type { IncomingMessage } from 'node:http';

/** What a request says about itself through its platform; raw requests do not know which proxies are trusted. */
export interface PlatformRequest {
  readonly protocol?: string;
  /** The client's address, as far as the trusted proxies tell. */
  readonly ip?: string;
}

/** Method and path, for messages. Without the query: it may hold secrets. */
export function requestLine({ method = 'GET', url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return `${method} ${query < 0 ? url : url.slice(0, query)}`;
}

/** TLS on this connection, or on the one before a proxy that the platform was told to trust (ATTACKS A25). */
export const isEncrypted = (req: IncomingMessage, platform: PlatformRequest): boolean =>
  (req.socket as { readonly encrypted?: boolean }).encrypted === true || platform.protocol === 'https';

import type { IncomingHttpHeaders } from 'node:http';
import type { CrossSiteFacts } from './decide-cross-site.js';

type Headers = IncomingHttpHeaders | Readonly<Record<string, string | string[] | undefined>>;

/** What is read of a request, be it Node's, Express's, Fastify's, or what a GraphQL server hands on of one. */
export interface AskedRequest {
  readonly method?: string | undefined;
  readonly headers: Headers;
  /** Every value of a repeated header; Node's HTTP/1 requests have it. */
  readonly headersDistinct?: NodeJS.Dict<string[]>;
  readonly socket?: object | null;
  /** As the platform knows it, from a proxy that it was told to trust or from the connection. */
  readonly protocol?: string;
  /** As `protocol`. */
  readonly host?: string;
  /** Node's request, where this is Fastify's. */
  readonly raw?: AskedRequest;
}

/**
 * The facts of a request. `X-Forwarded-Host` counts only where the platform was told to trust the proxy, which is one thing more than Nest's
 * protection knows; else a client could say anything. Read when asked for, as most requests are decided by their method.
 */
export const crossSiteFacts = (request: AskedRequest): CrossSiteFacts => ({
  method: request.method ?? '',
  get site() {
    return valueOf(request.headers['sec-fetch-site']);
  },
  get origin() {
    return valueOf(request.headers.origin);
  },
  get host() {
    return hostOf(request);
  },
  get encrypted() {
    const { socket } = request.raw ?? request;
    return request.protocol === 'https' || isTls(socket);
  },
});

/** Whether a value looks enough like a request to have facts. */
export const isRequest = (value: unknown): value is AskedRequest =>
  typeof value === 'object' && value !== null && 'headers' in value && isObject(value.headers);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isTls = (socket: object | null | undefined): boolean =>
  isObject(socket) && 'encrypted' in socket && socket.encrypted === true;

/** Repeated headers are joined, so that values which contradict each other are none that a browser sends. */
const valueOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

/** Of several `Host` headers Node keeps the first and a proxy in front of it maybe the last: none of them counts then. */
function hostOf(request: AskedRequest): string | undefined {
  const { headers, headersDistinct } = request.raw ?? request;
  const host = valueOf(headers.host);
  const authority = valueOf((headers as Exclude<Headers, IncomingHttpHeaders>)[':authority']) ?? host;
  if ((headersDistinct?.['host']?.length ?? 0) > 1 || (host ?? authority) !== authority) return undefined;
  return request.host ?? authority;
}

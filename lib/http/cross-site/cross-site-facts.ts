import type { CrossSiteFacts } from './decide-cross-site.js';

/** What is read of a request, be it Node's, Express's, Fastify's, or what a GraphQL server hands on of one. */
export interface AskedRequest {
  readonly method?: string | undefined;
  /** By names in lower case, as Node has them; or with a `get()`, as `Request` of the web has them. */
  readonly headers: object;
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
    return headerIn(request, 'sec-fetch-site');
  },
  get origin() {
    return headerIn(request, 'origin');
  },
  get host() {
    return hostOf(request);
  },
  get encrypted() {
    const { socket } = request.raw ?? request;
    return request.protocol === 'https' || isTls(socket);
  },
});

/** Whether a value is a request, and not just something with a part of its headers: what is not there would count as not sent. */
export const isRequest = (value: unknown): value is AskedRequest =>
  isObject(value) &&
  'method' in value &&
  typeof value.method === 'string' &&
  'headers' in value &&
  isObject(value.headers);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isTls = (socket: object | null | undefined): boolean =>
  isObject(socket) && 'encrypted' in socket && socket.encrypted === true;

/** Repeated headers are joined, so that values which contradict each other are none that a browser sends. */
function headerIn({ headers }: AskedRequest, name: string): string | undefined {
  const value =
    'get' in headers && typeof headers.get === 'function'
      ? (headers as Pick<Headers, 'get'>).get(name)
      : (headers as Readonly<Record<string, string | string[] | undefined>>)[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? undefined);
}

/** Of several `Host` headers Node keeps the first and a proxy in front of it maybe the last: none of them counts then. */
function hostOf(request: AskedRequest): string | undefined {
  const received = request.raw ?? request;
  const host = headerIn(received, 'host');
  const authority = headerIn(received, ':authority') ?? host;
  const several = (received.headersDistinct?.['host']?.length ?? 0) > 1;
  return several || (host ?? authority) !== authority ? undefined : (request.host ?? authority);
}

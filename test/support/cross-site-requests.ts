import { Exchange, type Received } from './exchange.js';

type Headers = Readonly<Record<string, string>>;

/** Where the apps of these tests are, as the browser knows it. */
export const APP_HOST = 'app.example.com';

/** What Chromium 156 and Firefox 153 say about a POST, by who makes it. Both say the same here; measured. */
export const FROM = {
  'a page of the app': { origin: 'https://app.example.com', 'sec-fetch-site': 'same-origin' },
  'a page of the app that hides its referrer': { origin: 'null', 'sec-fetch-site': 'same-origin' },
  'a sibling subdomain': { origin: 'https://shop.example.com', 'sec-fetch-site': 'same-site' },
  'another port of the host': { origin: 'https://app.example.com:8443', 'sec-fetch-site': 'same-site' },
  'another site': { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  'a sandboxed frame': { origin: 'null', 'sec-fetch-site': 'cross-site' },
} as const satisfies Readonly<Record<string, Headers>>;

/** One request to an app, with nothing added to its headers but the app's host and an empty body. */
export function send(url: string, method: string, headers: Headers): Promise<Received> {
  return new Exchange(url, {
    method,
    headers: { host: APP_HOST, 'content-length': '0', ...headers },
  }).received;
}

/** A header set without `Sec-Fetch-Site`, as of a browser from before 2023, or on plain HTTP. */
export function withoutMetadata(headers: Headers): Headers {
  const { 'sec-fetch-site': _, ...rest } = headers;
  return rest;
}

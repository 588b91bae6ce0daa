/** An origin (RFC 6454 4) in two parts that can be compared as they are. */
export interface WebOrigin {
  /** With its colon, in lower case: `https:`. */
  readonly scheme: string;
  /** Host and port as a browser writes them: lower case, IPv6 in brackets and shortened, no port where it is the scheme's own. */
  readonly authority: string;
}

/** The schemes of pages that a web server can have sent, and the port that goes without saying. */
const OWN_PORTS: ReadonlyMap<string, string> = new Map([
  ['http:', ':80'],
  ['https:', ':443'],
]);

/**
 * Reads an `Origin` header; `undefined` for whatever is no origin: `null`, a path or a bare `/` behind it, credentials, two values in
 * one, an escaped host, an address in a spelling that no browser sends.
 *
 * Only case and a port that goes without saying may differ from what a browser writes. A dot at the end stays: to a browser,
 * `a.example.` is another site than `a.example`.
 */
export function parseOrigin(text: string): WebOrigin | undefined {
  const url = parseUrl(text);
  if (!url) return undefined;
  const { protocol: scheme, host: authority } = url;
  const written = withoutOwnPort(text.toLowerCase(), scheme);
  return authority !== '' && written === `${scheme}//${authority}` ? { scheme, authority } : undefined;
}

/** Not by `URL.canParse()`: once it is hot, Node 20 answers `false` for some texts outside ASCII that are URLs. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether a page of this origin came from where a request goes to, as its `Host` header has it.
 *
 * `Host` has no scheme: `https://a.example` may be the origin of a request that reached us without TLS, from behind a proxy.
 */
export const isServedBy = ({ scheme, authority }: WebOrigin, host: string): boolean =>
  OWN_PORTS.has(scheme) && withoutOwnPort(host.toLowerCase(), scheme) === authority;

function withoutOwnPort(text: string, scheme: string): string {
  const port = OWN_PORTS.get(scheme);
  return port !== undefined && text.endsWith(port) ? text.slice(0, -port.length) : text;
}

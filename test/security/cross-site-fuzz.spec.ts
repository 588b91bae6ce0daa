import { describe, expect, it } from '@jest/globals';
import { evaluateCrossOriginRequest } from '@nestjs/core/security/cross-origin-protection.js';
import fc from 'fast-check';
import { CrossSiteGuard } from '../../lib/index.js';
import { decideCrossSite } from '../../lib/http/cross-site/decide-cross-site.js';
import { executionContext } from '../support/execution-context.js';
import { fuzzRuns } from '../support/fuzz-runs.js';

/** A request as it arrives. */
interface Attempt {
  readonly method: string;
  readonly site: string | undefined;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly cookie: string | undefined;
  readonly tls: boolean;
}

type Decider = (attempt: Attempt) => boolean;

/** How many random attempts: few for everybody, as many as you like for a night. */
const RUNS = fuzzRuns(2000);

const LISTED = ['https://admin.example.com', 'http://dev.example.com:3000', 'https://[::2]'];

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'get', ''];
const SITES = [
  undefined,
  '',
  'same-origin',
  'none',
  'same-site',
  'cross-site',
  'Same-Origin',
  'same-origin, none',
];
const ORIGINS = [
  ...[undefined, '', 'null', 'Null', ...LISTED, 'https://ADMIN.example.com', 'https://admin.example.com/'],
  ...[
    'https://app.example.com',
    'http://app.example.com',
    'HTTPS://App.Example.com',
    'https://app.example.com.',
  ],
  ...['https://app.example.com:443', 'https://app.example.com:8443', 'http://app.example.com:80'],
  ...['https://evil.example', 'https://app.example.com.evil.example', 'https://evilapp.example.com'],
  ...[
    'https://app.example.com@evil.example',
    'https://evil.example@app.example.com',
    'https://app.example.com/x',
  ],
  ...['https://app.example.com, https://evil.example', 'http://[::1]:3000', 'http://[0:0:0:0:0:0:0:1]:3000'],
  ...['capacitor://app.example.com', 'app.example.com', 'file://', 'https://app%2eexample.com'],
];
const HOSTS = [
  ...[
    'app.example.com',
    'APP.example.com',
    'app.example.com:443',
    'app.example.com:80',
    'app.example.com:8443',
  ],
  ...[
    'app.example.com.',
    'evil.example',
    '[::1]:3000',
    '[0:0:0:0:0:0:0:1]:3000',
    'evil.example@app.example.com',
  ],
  ...[undefined, '', 'app.example.com, evil.example', 'app%2eexample.com', 'null'],
];
const COOKIES = [undefined, 'serving_session=T'];

/** The rules as they are written down, and origins read by hand instead of by a URL parser. */
const reference: Decider = ({ method, site, origin, host, tls }) => {
  if (/^(GET|HEAD|OPTIONS)$/.test(method) || /^(same-origin|none)$/.test(site ?? '')) return true;
  if (LISTED.some((listed) => listed === origin)) return true;
  if (site) return false;
  if (!origin) return true;
  const [, scheme = '', page = ''] = /^(https?):\/\/(.+)$/i.exec(origin) ?? [];
  const own = { http: '80', https: '443' }[scheme.toLowerCase()];
  const [pageName, pagePort = own] = parted(page);
  const [hostName, hostPort = own] = parted(host ?? '');
  if (own === undefined || pageName === undefined || (tls && own === '80')) return false;
  return pageName === hostName && pagePort === hostPort;
};

/** Name and port, of what is written as a browser writes it save for case. */
function parted(authority: string): [name?: string, port?: string | undefined] {
  const [, name = '', port] = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::([1-9]\d{0,4}))?$/i.exec(authority) ?? [];
  return name === '' || name.includes('0:0') || Number(port ?? 1) > 65_535 ? [] : [name.toLowerCase(), port];
}

const guard = new CrossSiteGuard({ allowedOrigins: LISTED });

/** The guard, given a request as Node makes it. */
const guarded: Decider = (attempt) => {
  const { method, site, origin, host, cookie, tls } = attempt;
  const headers = { host, origin, cookie, 'sec-fetch-site': site };
  try {
    return guard.canActivate(executionContext({ args: [{ method, headers, socket: { encrypted: tls } }] }));
  } catch {
    return false;
  }
};

const allowed = new Set(LISTED);

/** Nest's own decision, from the source of `enableCsrfProtection()`. */
const nests: Decider = ({ method, site: secFetchSite, origin, host }) =>
  evaluateCrossOriginRequest(
    {
      method,
      ...(secFetchSite === undefined ? {} : { secFetchSite }),
      ...(origin === undefined ? {} : { origin }),
      ...(host === undefined ? {} : { host }),
    },
    { trustedOrigins: allowed },
  ).allowed;

/** All combinations of what stands in the lists. */
function* matrix(): Generator<Attempt> {
  for (const method of METHODS)
    for (const site of SITES)
      for (const origin of ORIGINS)
        for (const host of HOSTS)
          for (const cookie of COOKIES)
            for (const tls of [false, true]) yield { method, site, origin, host, cookie, tls };
}

function firstInMatrix(convicts: (attempt: Attempt) => boolean): Attempt | undefined {
  for (const attempt of matrix()) if (convicts(attempt)) return attempt;
  return undefined;
}

/** Attempts whose origin and host are made of the same pieces, so that they are often nearly the same. */
const attempts: fc.Arbitrary<Attempt> = (() => {
  const concatenated = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((texts) => texts.join(''));
  const maybe = (arbitrary: fc.Arbitrary<string | undefined>): fc.Arbitrary<string | undefined> =>
    fc.option(arbitrary, { nil: undefined });
  const name = fc.constantFrom(
    'a.example',
    'A.Example',
    'a.example.',
    'b.example',
    'aa.example',
    '127.0.0.1',
    '[::1]',
  );
  const port = fc.constantFrom('', '', '', ':80', ':443', ':8443', ':', ':0443', ':65536', ':x');
  const noise = fc.constantFrom('', '', '', '', '/', '?', '#', '@', ' ', ',', '\\', '%00', '\t', 'é', '.');
  const scheme = fc.constantFrom('https:', 'https:', 'http:', 'http:', 'HTTP:', 'ftp:', 'ws:', 'app:', '');
  const slashes = fc.constantFrom('//', '//', '//', '//', '/', '', '\\\\');
  const origin = concatenated(scheme, slashes, noise, name, port, noise);
  return fc.record({
    method: fc.constantFrom('POST', 'POST', 'POST', ...METHODS),
    site: fc.constantFrom(undefined, undefined, undefined, ...SITES),
    origin: maybe(fc.oneof({ weight: 4, arbitrary: origin }, fc.constantFrom(...ORIGINS), fc.string())),
    host: maybe(
      fc.oneof({ weight: 4, arbitrary: concatenated(name, port, noise) }, fc.constantFrom(...HOSTS)),
    ),
    cookie: fc.constantFrom(...COOKIES),
    tls: fc.boolean(),
  });
})();

/** The first random attempt that the predicate convicts, shrunk, with the seed that finds it again. */
function firstAtRandom(convicts: (attempt: Attempt) => boolean, numRuns: number): unknown {
  const { failed, counterexample, seed } = fc.check(
    fc.property(attempts, (attempt) => !convicts(attempt)),
    { numRuns },
  );
  return failed ? { counterexample, seed } : undefined;
}

const differs =
  (decider: Decider) =>
  (attempt: Attempt): boolean =>
    decider(attempt) !== reference(attempt);

/** Why the rules refuse what Nest's let pass: each is one that no page of ours is, or a `Host` that is none. */
const STRICTER = ['insecure-origin', 'malformed-origin', 'other-origin'];

/** Ours lets pass what Nest's refuses; or Nest's what ours refuses, for another reason than those on record. */
function departsFromNest(attempt: Attempt): boolean {
  const ours = decideCrossSite({ ...attempt, encrypted: attempt.tls }, allowed);
  if (ours.allowed === nests(attempt)) return false;
  return ours.allowed || !STRICTER.includes(ours.reason);
}

/** What a browser itself writes: there, only TLS makes a difference to Nest's rules. */
const isWrittenByBrowser = ({ origin, host, tls }: Attempt): boolean =>
  !tls &&
  /^(null|https?:\/\/(?!.*0:0)[a-z.[\]:0-9]+)?$/.test(origin ?? '') &&
  /^[a-z.[\]:0-9]+$/.test(host ?? '');

describe('CrossSiteGuard against a reference', () => {
  it('agrees in the whole matrix of method, Sec-Fetch-Site, Origin, Host, cookie and TLS', () => {
    expect(firstInMatrix(differs(guarded))).toBeUndefined();
  });

  it('agrees on random requests', () => {
    expect(firstAtRandom(differs(guarded), RUNS)).toBeUndefined();
  });

  const alike = (change: (attempt: Attempt) => Partial<Attempt>): Decider => {
    return (attempt) => reference({ ...attempt, ...change(attempt) });
  };
  const cut = (text: string | undefined): string | undefined => text?.replace(/:\d+$/, '');

  it.each<[string, Decider]>([
    ['looks at requests with a cookie only', (attempt) => attempt.cookie === undefined || reference(attempt)],
    [
      'takes a sibling for the same origin',
      alike(({ site }) => (site === 'same-site' ? { site: 'none' } : {})),
    ],
    ['does not know Sec-Fetch-Site', alike(() => ({ site: undefined }))],
    ['does not know Origin', alike(() => ({ origin: undefined }))],
    ['takes null for no origin', alike(({ origin }) => (origin === 'null' ? { origin: undefined } : {}))],
    ['takes any case of a method', alike(({ method }) => ({ method: method.toUpperCase() }))],
    ['takes any case of a site', alike(({ site }) => ({ site: site?.toLowerCase() }))],
    ['takes the first of several sites', alike(({ site }) => ({ site: site?.split(', ')[0] }))],
    ['takes the first of several origins', alike(({ origin }) => ({ origin: origin?.split(', ')[0] }))],
    ['ignores the port', alike(({ origin, host }) => ({ origin: cut(origin), host: cut(host) }))],
    ['ignores TLS', alike(() => ({ tls: false }))],
    ['ignores a dot at the end', alike(({ origin }) => ({ origin: origin?.replace(/\.$/, '') }))],
    ['ignores a slash at the end', alike(({ origin }) => ({ origin: origin?.replace(/\/$/, '') }))],
    ['skips credentials', alike(({ origin }) => ({ origin: origin?.replace(/\/\/.*@/, '//') }))],
    [
      'compares beginnings',
      (attempt) =>
        reference(attempt) || Boolean(attempt.host && attempt.origin?.startsWith(`https://${attempt.host}`)),
    ],
    [
      'compares ends',
      (attempt) => reference(attempt) || Boolean(attempt.host && attempt.origin?.endsWith(attempt.host)),
    ],
    ['refuses who is no browser', (attempt) => Boolean(attempt.site || attempt.origin) && reference(attempt)],
    ['refuses typed addresses', alike(({ site }) => (site === 'none' ? { site: 'cross-site' } : {}))],
  ])('convicts a guard that %s', (_, decider) => {
    expect(firstInMatrix(differs(decider))).toBeDefined();
  });
});

describe("the rules against Nest's own", () => {
  it('allow nothing that Nest refuses, and refuse more for the reasons on record only', () => {
    expect(firstInMatrix(departsFromNest)).toBeUndefined();
    expect(firstAtRandom(departsFromNest, RUNS)).toBeUndefined();
  });

  it('are the same for whatever a browser writes', () => {
    const departs = (attempt: Attempt): boolean =>
      isWrittenByBrowser(attempt) && guarded(attempt) !== nests(attempt);
    expect(firstInMatrix(departs)).toBeUndefined();
  });

  it('are stricter in each of the ways on record', () => {
    const reasons = new Set<string>();
    for (const attempt of matrix()) {
      const ours = decideCrossSite({ ...attempt, encrypted: attempt.tls }, allowed);
      if (!ours.allowed && nests(attempt)) reasons.add(ours.reason);
    }
    expect([...reasons].sort()).toEqual(STRICTER);
  });
});

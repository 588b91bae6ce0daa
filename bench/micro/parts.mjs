import { IncomingMessage, ServerResponse } from 'node:http';
import { sessionValues } from '../http/session-values.mjs';
import { library } from './library.mjs';
import { show, stopwatch } from './stopwatch.mjs';

/** `node bench/micro/parts.mjs`: what each part of a request costs by itself. The first of a group is what the others are compared with. */
const [{ TokenMint }, { RandomCredentialProvider }, { HMACCredentialProvider }] = await Promise.all([
  library('session/token-mint.js'),
  library('credentials/random-credential-provider.js'),
  library('credentials/hmac-credential-provider.js'),
]);
const [{ readCookie }, { setCookie }, { cookiePolicy }] = await Promise.all([
  library('http/cookie/read-cookie.js'),
  library('http/cookie/write-cookie.js'),
  library('http/cookie/cookie-policy.js'),
]);
const [
  { decodeRecord, decodeSegments, encodeRecord, newEtag },
  { newMeta },
  { SessionValues },
  { decideCommit },
] = await Promise.all([
  library('record/record-text.js'),
  library('record/meta.js'),
  library('session/session-values.js'),
  library('session/decide-commit.js'),
]);
const [{ RequestContext }, { ResponseGate }, { DEFAULT_POLICY }] = await Promise.all([
  library('http/request-context.js'),
  library('http/response-gate.js'),
  library('session/policy.js'),
]);

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const random = new TokenMint(new RandomCredentialProvider());
const signed = new TokenMint(
  new HMACCredentialProvider({ secret: 'a secret for benches, long enough for all' }),
);
const [plainToken, signedToken] = [random.issue(ID).token, signed.issue(ID).token];
show(
  'tokens',
  await stopwatch({
    'read a random token': () => random.read(plainToken),
    'read a signed token': () => signed.read(signedToken),
    'refuse a forged token': () => signed.read(plainToken),
    'digest of a token': () => random.digestOf(plainToken),
    'issue a random token': () => random.issue(ID),
    'issue a signed token': () => signed.issue(ID),
  }),
);

const policy = cookiePolicy();
const header = `theme=dark; ${policy.name}=${plainToken}; other=1`;
show(
  'cookies',
  await stopwatch({
    read: () => readCookie(header, policy.name),
    write: () => setCookie(policy, plainToken, { secure: true }),
  }),
);

const NOW = Date.now();
const meta = newMeta({
  digest: random.digestOf(plainToken),
  now: NOW,
  idleTimeout: 1800_000,
  absoluteTimeout: 43_200_000,
});
const segmentsOf = (bytes) =>
  new Map(Object.entries(sessionValues(bytes)).map(([key, value]) => [key, JSON.stringify(value)]));
for (const bytes of [200, 2048, 51_200]) {
  const segments = segmentsOf(bytes);
  const text = encodeRecord(newEtag(), meta, segments);
  const document = JSON.stringify(sessionValues(bytes));
  const values = (work) => () => {
    const session = new SessionValues(new Map(segments), DEFAULT_POLICY.limits);
    work(session);
    return session.collect().size;
  };
  show(
    `a session of ${bytes} B`,
    await stopwatch({
      'JSON.parse of it as one document': () => JSON.parse(document).count,
      'decode the first line': () => decodeRecord(text).etag,
      'decode all lines': () => decodeSegments(decodeRecord(text).body).size,
      encode: () => encodeRecord(newEtag(), meta, segments).length,
      'changes: none, nothing read': values(() => undefined),
      'changes: none, an object read': values((session) => session.get('user')),
      'changes: one key set': values((session) => session.set('count', 1)),
      'changes: an object mutated': values((session) => (session.get('user').visits = 1)),
    }),
  );
}

const facts = {
  stored: true,
  invalidated: false,
  regenerated: false,
  rotated: false,
  changed: true,
  confirming: false,
  stale: false,
};
const keeper = { settle: () => undefined, settleLate: () => undefined, writeHeaders: () => undefined };
const message = () => new ServerResponse(new IncomingMessage());
const answer = (res) => {
  res.writeHead(200, { 'content-type': 'text/plain' });
  res.end('x');
};
show(
  'a request',
  await stopwatch({
    'an answer without a gate': () => answer(message()),
    'an answer through a gate': () => {
      const res = message();
      const gate = new ResponseGate(res, keeper);
      answer(res);
      return gate.begun;
    },
    'a context': () => RequestContext.attach(new IncomingMessage(), undefined, []),
    'decide a commit': () => decideCommit(facts),
  }),
);

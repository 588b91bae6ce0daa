import { type CookieFacts, type CookieFinding, ok, type ReceivedCookie, stops } from './cookie-facts.js';

/** The line that counts: of several with one name and scope, a browser keeps the last. */
export const receivedLine = ({ received, cookie }: CookieFacts): ReceivedCookie | undefined =>
  received?.findLast(({ name }) => name === cookie.name);

/** A session that nobody wrote to is never created (law I5), and one that is kept needs no new cookie. */
export function firstWrite({ written, creation, presented }: CookieFacts): CookieFinding | undefined {
  if (written === undefined) return undefined;
  if (written) return ok('first-write', 'The session was written to.');
  if (creation === 'eager' && presented === 0)
    return ok('first-write', 'creation: eager makes a session at first sight.');
  const says =
    presented === 0
      ? 'Nothing was written to the session, so none is made and no cookie is set.'
      : 'Nothing was written to the session: the client keeps the cookie that it has.';
  return stops('first-write', says, 'set a value or log in; if you do, await it before the handler returns');
}

/** Headers leave with the first byte. */
export function responseBegun({ begun }: CookieFacts): CookieFinding | undefined {
  if (begun === undefined) return undefined;
  if (!begun) return ok('response-begun', 'The session was written to before the first byte left.');
  const says =
    'The first byte of the answer had left when the session was written to; headers cannot follow it.';
  return stops(
    'response-begun',
    says,
    'write to the session before the stream begins, or call save() before it',
  );
}

/** What came of it, where the answer is known. */
export function setCookieLine(facts: CookieFacts): CookieFinding | undefined {
  const { received, written, begun, cookie } = facts;
  if (received === undefined) return undefined;
  const line = receivedLine(facts);
  if (line && isTakenAway(line))
    return ok('set-cookie', `The answer takes ${cookie.name} away, as after a logout.`);
  if (line) return ok('set-cookie', `The answer sets ${cookie.name}.`);
  if (written === false || begun) return undefined;
  const others = received.length === 0 ? 'no cookie' : `${received.length} of other names`;
  return stops(
    'set-cookie',
    `The answer sets ${others}, and not ${cookie.name}.`,
    written
      ? 'look for a proxy, a cache or a middleware that takes Set-Cookie out of the answer'
      : 'look whether the handler wrote to the session; a session that is kept needs no new cookie',
  );
}

const isTakenAway = ({ attributes }: ReceivedCookie): boolean => Number(attributes.get('max-age') ?? 1) <= 0;

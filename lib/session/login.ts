import { badPrincipal, illegalValue } from '../errors/use.js';
import type { DeviceFacts, LoginFacts, RecordMeta } from '../record/meta.js';
import { loggedIn } from '../record/transitions.js';
import type { SessionPolicy } from './policy.js';
import type { Keep } from './rewrites.js';
import type { LoginChange } from './session-handle.js';
import { type TimeoutChanges, withTimeouts } from './timeouts.js';

/** How somebody logs in. */
export interface LoginOptions {
  /** The values to keep, or `'all'`. Default: none, because a value from before a login may be an attacker's. */
  readonly keep?: Keep;
  /** How the user proved who they are (RFC 8176): `['pwd', 'otp']`. Default: none; `@RequireFreshAuth({ amr })` asks for them. */
  readonly amr?: readonly string[];
  /** What to call the device in `Sessions.list()`, such as "Ada's phone"; at most 128 characters. Default: none. */
  readonly device?: string;
  /**
   * The session at the identity provider, as the ID token names it (`sid`): its logout ends this session, see `Sessions.revokeSignOn()`.
   * At most 255 characters; shown to nobody. Default: that of the login before, where it was the same principal's.
   */
  readonly sid?: string;
  /** Timeouts of this session; the absolute one may only be shorter than the policy's. Default: as the policy says. */
  readonly timeouts?: TimeoutChanges;
  /** "Remember me": whether the cookie outlives the browser. Default: `session.cookie.persistent`. */
  readonly persistent?: boolean;
}

/** What a login happens under. */
export interface LoginGround {
  readonly policy: SessionPolicy;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The device that the request comes from; empty unless the app keeps such facts. */
  readonly device: Omit<DeviceFacts, 'name'> | undefined;
}

const MAX_PRINCIPAL = 255;
/** A lone surrogate: in UTF-8 all of them are one and the same character, and two principals would be one. */
const HALF_A_CHARACTER = /\p{Cs}/u;
const MAX_DEVICE_NAME = 128;
const MAX_SID = 255;

/**
 * What a login writes. The absolute timeout starts anew; nothing else ever moves it away.
 *
 * @throws SessionError BAD_PRINCIPAL, BAD_TIMEOUT, ILLEGAL_VALUE for an authentication method or a `sid` that cannot be one
 */
export function loginChange(
  principal: string | number,
  { keep = [], amr = [], device, sid, timeouts = {}, persistent }: LoginOptions,
  ground: LoginGround,
): LoginChange {
  const { policy, now } = ground;
  const name = principalName(principal);
  const local = { authenticatedAt: now, amr: methodsOf(amr), device: deviceOf(device, ground.device) };
  const signOn = sid === undefined ? undefined : signOnName(sid);
  const { limit, whenFull } = policy.principals;
  const change = (meta: RecordMeta): RecordMeta => {
    const overrides = {
      idleTimeout: null,
      persistent: persistent === undefined ? null : Boolean(persistent as unknown),
    };
    const absoluteAt = now + policy.absoluteTimeout;
    const facts = withSignOn(local, signOn ?? signOnBefore(meta, name));
    return withTimeouts(loggedIn(meta, { principal: name, facts, absoluteAt, overrides }), timeouts, policy);
  };
  return {
    keep,
    change,
    admission: { principal: name, whenFull, ...(limit === undefined ? {} : { limit }) },
  };
}

/** The one name of a principal, under which it is indexed. @throws SessionError BAD_PRINCIPAL */
export function principalName(principal: unknown): string {
  if (typeof principal === 'number' && Number.isSafeInteger(principal)) return String(principal);
  if (typeof principal !== 'string')
    throw badPrincipal(principal === null ? 'null' : `a ${typeof principal}`);
  if (principal === '' || principal.length > MAX_PRINCIPAL)
    throw badPrincipal(`a text of ${principal.length} characters`);
  if (HALF_A_CHARACTER.test(principal)) throw badPrincipal('a text with half a character in it');
  return principal;
}

/** What a session at an identity provider may be called. @throws SessionError ILLEGAL_VALUE */
export function signOnName(sid: unknown): string {
  if (typeof sid === 'string' && sid !== '' && sid.length <= MAX_SID) return sid;
  throw illegalValue(
    'sid',
    typeof sid === 'string' ? `a text of ${sid.length} characters` : 'what is no text',
    'give the `sid` of the ID token, a text of 1 to 255 characters, or leave it out where there is none.',
  );
}

/** A second factor that the app asks for makes no new sign-on: the provider's logout still has to end the session. */
const signOnBefore = ({ principal, login }: RecordMeta, name: string): string | undefined =>
  principal === name ? login?.sid : undefined;

const withSignOn = (facts: LoginFacts, sid: string | undefined): LoginFacts =>
  sid === undefined ? facts : { ...facts, sid };

/** A record that holds anything else could not be read again. */
function methodsOf(amr: readonly unknown[]): readonly string[] {
  const texts = amr.filter((method) => typeof method === 'string');
  if (texts.length === amr.length) return texts;
  throw illegalValue(
    'amr',
    'what is no text',
    "give names of authentication methods, such as ['pwd', 'otp'].",
  );
}

const deviceOf = (
  name: string | undefined,
  facts: Omit<DeviceFacts, 'name'> | undefined,
): DeviceFacts | null =>
  name === undefined && facts === undefined
    ? null
    : { userAgent: null, addressPrefix: null, ...facts, name: name?.slice(0, MAX_DEVICE_NAME) ?? null };

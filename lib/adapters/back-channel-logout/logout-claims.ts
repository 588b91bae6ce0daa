import { refusedLogout } from './refusal.js';

/** What a logout token says, once it was found to be genuine. */
export interface LogoutClaims {
  /** The provider that says so. */
  readonly iss: string;
  /** The user at that provider. Empty when the token names only the provider's session. */
  readonly sub?: string;
  /** The session at the provider. Empty: all of the user's have ended. */
  readonly sid?: string;
  /** The name of this token. */
  readonly jti: string;
  /** When it was made; seconds since the epoch, as in every JWT. */
  readonly iat: number;
  /** When it ends, in seconds. */
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** The event that makes a token one of logout, and nothing else. */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEvent = (events: unknown): boolean =>
  isObject(events) && Object.hasOwn(events, LOGOUT_EVENT) && isObject(Reflect.get(events, LOGOUT_EVENT));

const isName = (claim: unknown): boolean => typeof claim === 'string' && claim !== '';

const isNameIfAny = (claim: unknown): boolean => claim === undefined || isName(claim);

type Claims = Readonly<Record<string, unknown>>;

/** What tells a logout token from an ID token and from all else that the provider signs (OpenID Connect Back-Channel Logout 1.0, 2.4, 2.6). */
const RULES: readonly (readonly [refusal: string, holds: (claims: Claims) => boolean])[] = [
  ['its "events" name no back-channel logout', ({ events }) => isEvent(events)],
  ['it has a "nonce", as an ID token has', (claims) => !Object.hasOwn(claims, 'nonce')],
  ['it has no "jti"', ({ jti }) => isName(jti)],
  ['its "sub" or its "sid" is no text', ({ sub, sid }) => isNameIfAny(sub) && isNameIfAny(sid)],
  ['it names neither "sub" nor "sid"', ({ sub, sid }) => isName(sub) || isName(sid)],
];

/** @throws BadRequestException for claims that are not those of a logout */
export function assertLogout(claims: Claims): asserts claims is LogoutClaims {
  const broken = RULES.find(([, holds]) => !holds(claims));
  if (broken) throw refusedLogout(broken[0]);
}

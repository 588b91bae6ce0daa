import type { JSONWebKeySet } from 'jose';
import { type ConfigProblem, invalidConfiguration } from '../../errors/configuration.js';
import type { Clock } from '../../providers/clock.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import type { LogoutClaims } from './logout-claims.js';

/**
 * Signatures by a key of which the app has the public half only. `none` and HMAC are not among them: whoever takes those can be
 * sent a token that was signed with nothing, or with the public key.
 */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** A signature that is checked with a public key (RFC 7518, RFC 8037, RFC 9864). */
export type LogoutAlgorithm = (typeof ALGORITHMS)[number];

/** Whose logouts to believe, and who is meant by them. */
export interface BackChannelLogoutOptions {
  /** The identity provider, exactly as it calls itself in `iss`. */
  readonly issuer: string;
  /** Your `client_id` there: a logout that was meant for another app ends nothing here. */
  readonly audience: string;
  /** The keys of the provider: the address of its `jwks_uri`, which has to be HTTPS unless it is this machine's, or the keys themselves. */
  readonly jwks: string | URL | JSONWebKeySet;
  /**
   * Who was logged in by `session.login()`, given what the token says; `undefined` for somebody whom the app does not know, and then
   * nothing ends. Default: `sub`; a token without one is refused.
   */
  readonly principal?: (claims: LogoutClaims) => MaybePromise<string | number | undefined>;
  /** Which signatures to accept. Default: all that need no shared secret. */
  readonly algorithms?: readonly LogoutAlgorithm[];
  /** How old a token may be, in milliseconds. Default 120000, as the specification advises. */
  readonly maxAgeMs?: number;
  /**
   * Whether to accept a token whose `typ` is `JWT`, which some providers send for every token. Default: no; `logout+jwt`, or no `typ` at
   * all.
   */
  readonly generalType?: boolean;
  /** Where "now" comes from. Default: the clock of this machine. */
  readonly clock?: Clock;
}

const MAX_AGE_MS = 120_000;

/** {@link BackChannelLogoutOptions} with every default in its place. */
export interface LogoutRules {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly LogoutAlgorithm[];
  readonly keys: URL | JSONWebKeySet;
  readonly maxAgeMs: number;
  readonly generalType: boolean;
}

/** An empty issuer or audience would check nothing, and is what a missing variable of the environment gives. @throws SessionError CONFIG_INVALID */
export function logoutRules(options: BackChannelLogoutOptions): LogoutRules {
  const { issuer, audience, algorithms = ALGORITHMS, maxAgeMs = MAX_AGE_MS, generalType = false } = options;
  const keys = keysOf(options.jwks);
  const problems = [
    ...(isText(issuer) ? [] : [missing('issuer', issuer, 'the `issuer` of the provider')]),
    ...(isText(audience) ? [] : [missing('audience', audience, 'the `client_id` of this app')]),
    ...(keys ? [] : [BAD_KEYS]),
    ...(areKnown(algorithms) ? [] : [BAD_ALGORITHMS]),
    ...(Number.isSafeInteger(maxAgeMs) && maxAgeMs > 0 ? [] : [BAD_AGE]),
  ];
  if (!keys || problems.length > 0) throw invalidConfiguration(problems);
  return { issuer, audience, algorithms, keys, maxAgeMs, generalType };
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const areKnown = (algorithms: readonly string[]): boolean =>
  algorithms.length > 0 && algorithms.every((each) => (ALGORITHMS as readonly string[]).includes(each));

const isKeySet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);

function urlOf(text: string | URL): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** A key set, or the address of one that nobody on the way can change; empty for anything else. */
function keysOf(jwks: string | URL | JSONWebKeySet): URL | JSONWebKeySet | undefined {
  if (typeof jwks !== 'string' && !(jwks instanceof URL)) return isKeySet(jwks) ? jwks : undefined;
  const url = urlOf(jwks);
  return url && (url.protocol === 'https:' || isOwnMachine(url)) ? url : undefined;
}

const isOwnMachine = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

const KEY = 'BackChannelLogout: ';

const missing = (key: string, seen: unknown, wanted: string): ConfigProblem => ({
  key: `${KEY}${key}`,
  seen: seen === '' ? 'an empty text' : typeof seen,
  wanted: 'a text that is not empty',
  fix: `give ${wanted}.`,
});

const BAD_KEYS: ConfigProblem = {
  key: `${KEY}jwks`,
  seen: 'something else',
  wanted: 'an address with https:, or a key set',
  fix: 'give the `jwks_uri` of the provider.',
};

const BAD_ALGORITHMS: ConfigProblem = {
  key: `${KEY}algorithms`,
  seen: 'an empty list, or one with another name in it',
  wanted: `some of ${ALGORITHMS.join(', ')}`,
  fix: 'leave it out, or name what the provider signs with.',
};

const BAD_AGE: ConfigProblem = {
  key: `${KEY}maxAgeMs`,
  seen: 'something else',
  wanted: 'a whole number of milliseconds above 0',
  fix: 'leave it out for two minutes.',
};

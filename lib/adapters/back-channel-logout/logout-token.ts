import { Logger } from '@nestjs/common';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../providers/clock.js';
import { assertLogout, type LogoutClaims } from './logout-claims.js';
import type { LogoutRules } from './logout-options.js';
import { keysUnavailable, refusedLogout } from './refusal.js';

/** How far the clocks of the app and of the provider may be apart, either way. */
const CLOCK_TOLERANCE_MS = 10_000;
/** JWTs count in whole seconds. */
const SECOND_MS = 1000;

/** For how long a token that is accepted now may be accepted again: at most, it was made by a clock that goes ahead. */
export const usableForMs = (maxAgeMs: number): number => maxAgeMs + 2 * CLOCK_TOLERANCE_MS + SECOND_MS;

/** What jose finds wrong with a token. Anything else is no fault of the token's. */
const FAULTS: Readonly<Record<string, string>> = {
  ERR_JWS_INVALID: 'it is no signed token',
  ERR_JWT_INVALID: 'it is no signed token',
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not accepted',
  ERR_JOSE_NOT_SUPPORTED: 'its algorithm, or a critical header of it, is not supported',
  ERR_JWKS_NO_MATCHING_KEY: 'the provider has no such key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it does not say which key of the provider signed it',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is wrong',
};

/** Tells genuine logout tokens of one provider, made for one app, from everything else. Knows nothing of those that came before. */
export class LogoutTokenVerifier {
  readonly #log = new Logger('BackChannelLogout');
  readonly #keyOf: JWTVerifyGetKey;

  constructor(
    private readonly rules: LogoutRules,
    private readonly clock: Clock,
  ) {
    const { keys } = rules;
    this.#keyOf = keys instanceof URL ? createRemoteJWKSet(keys) : createLocalJWKSet(keys);
  }

  /** @throws BadRequestException for any other token, ServiceUnavailableException while the provider's keys cannot be read */
  async verify(token: unknown): Promise<LogoutClaims> {
    if (typeof token !== 'string') throw refusedLogout('there is none');
    const { payload, protectedHeader } = await this.#verified(token).catch((error: unknown) => {
      throw this.#asAnswer(error);
    });
    if (!this.#isRightType(protectedHeader.typ)) throw refusedLogout('its "typ" is not logout+jwt');
    const claims: Readonly<Record<string, unknown>> = payload;
    assertLogout(claims);
    return claims;
  }

  #verified(token: string): ReturnType<typeof jwtVerify> {
    const { issuer, audience, algorithms, maxAgeMs } = this.rules;
    return jwtVerify(token, this.#keyOf, {
      issuer,
      audience,
      algorithms: [...algorithms],
      requiredClaims: ['exp'],
      maxTokenAge: maxAgeMs / SECOND_MS,
      clockTolerance: CLOCK_TOLERANCE_MS / SECOND_MS,
      currentDate: new Date(this.clock.now()),
    });
  }

  /** A media type (RFC 7515 4.1.9): in any case, and `application/` may be left out. */
  #isRightType(typ: string | undefined): boolean {
    const type = typ?.toLowerCase().replace(/^application\//, '');
    return type === undefined || type === 'logout+jwt' || (type === 'jwt' && this.rules.generalType);
  }

  /** The errors of jose hold the claims: none of them leaves this file. */
  #asAnswer(error: unknown): Error {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
      return refusedLogout(`its "${error.claim}" is missing, over, or not the expected one`);
    const code = error instanceof errors.JOSEError ? error.code : 'ERR_JWKS_UNREACHABLE';
    const fault = FAULTS[code];
    if (fault !== undefined) return refusedLogout(fault);
    this.#log.error(
      `The keys of the identity provider cannot be read (${code}); a logout was answered with 503.`,
    );
    return keysUnavailable();
  }
}

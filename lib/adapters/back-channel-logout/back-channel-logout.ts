import { systemClock, type Clock } from '../../providers/clock.js';
import type { Sessions } from '../../session/sessions.js';
import type { LogoutClaims } from './logout-claims.js';
import { type BackChannelLogoutOptions, logoutRules } from './logout-options.js';
import { LogoutTokenVerifier, usableForMs } from './logout-token.js';
import { refusedLogout } from './refusal.js';
import { UsedTokens } from './used-tokens.js';

/**
 * Ends sessions when the identity provider says that their user has logged out there: OpenID Connect Back-Channel Logout 1.0.
 *
 * A token with a `sid` ends the sessions whose login was given that `sid`; one without ends all of the principal. The sessions are
 * dead in every process once the promise settles (law D1), and their sockets close.
 *
 * @example
 * ```ts
 * import { Body, Controller, Header, HttpCode, Module, Post } from '@nestjs/common';
 * import { SessionModule, Sessions } from 'nestjs-sessions';
 * import { BackChannelLogout } from 'nestjs-sessions/back-channel-logout';
 *
 * const issuer = 'https://id.example.com';
 *
 * @Controller('back-channel-logout')
 * export class BackChannelLogoutController {
 *   constructor(private readonly provider: BackChannelLogout) {}
 *
 *   @Post()
 *   @HttpCode(200)
 *   @Header('Cache-Control', 'no-store')
 *   async logout(@Body('logout_token') token: unknown): Promise<void> {
 *     await this.provider.logout(token);
 *   }
 * }
 *
 * @Module({
 *   imports: [SessionModule.forRoot()],
 *   controllers: [BackChannelLogoutController],
 *   providers: [
 *     {
 *       provide: BackChannelLogout,
 *       inject: [Sessions],
 *       useFactory: (sessions: Sessions) =>
 *         new BackChannelLogout(sessions, { issuer, audience: 'shop', jwks: `${issuer}/jwks` }),
 *     },
 *   ],
 * })
 * export class AppModule {}
 * ```
 */
export class BackChannelLogout {
  readonly #sessions: Sessions;
  readonly #verifier: LogoutTokenVerifier;
  readonly #used: UsedTokens;
  readonly #clock: Clock;
  readonly #principalOf: NonNullable<BackChannelLogoutOptions['principal']>;

  /** @throws SessionError CONFIG_INVALID */
  constructor(sessions: Sessions, options: BackChannelLogoutOptions) {
    const { clock = systemClock, principal = theSubject } = options;
    const rules = logoutRules(options);
    this.#sessions = sessions;
    this.#clock = clock;
    this.#principalOf = principal;
    this.#verifier = new LogoutTokenVerifier(rules, clock);
    this.#used = new UsedTokens(usableForMs(rules.maxAgeMs));
  }

  /**
   * Does what a logout token asks for. Answers how many sessions it ended: 0 for a user who is not logged in here, which is a success.
   *
   * Each token works once in a process; when the store fails it may be sent again.
   *
   * @param logoutToken the field `logout_token` of the request's body, whatever it holds
   * @throws BadRequestException with `error` and `error_description` for a token that is refused; ServiceUnavailableException while the
   * keys of the provider cannot be read; SessionError STORE_TIMEOUT, STORE_FAILED, NO_PRINCIPAL_INDEX
   */
  async logout(logoutToken: unknown): Promise<number> {
    const claims = await this.#verifier.verify(logoutToken);
    if (!this.#used.take(claims.jti, this.#clock.now())) throw refusedLogout('it was used before');
    try {
      return await this.#end(claims);
    } catch (error) {
      this.#used.giveBack(claims.jti);
      throw error;
    }
  }

  async #end(claims: LogoutClaims): Promise<number> {
    const principal = await this.#principalOf(claims);
    if (principal === undefined) return 0;
    return claims.sid === undefined
      ? this.#sessions.revokeAll(principal)
      : this.#sessions.revokeSignOn(principal, claims.sid);
  }
}

/** Sessions are found by whose they are: a `sid` alone leads to none, and to answer 200 would be a lie. */
function theSubject({ sub }: LogoutClaims): string {
  if (sub === undefined)
    throw refusedLogout('it names no "sub", and this app knows its users by nothing else');
  return sub;
}

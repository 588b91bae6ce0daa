import type { IncomingMessage } from 'node:http';
import type { ConfigProblem } from '../../errors/configuration.js';
import { allowedOrigins, type CrossSiteOptions, shown } from './allowed-origins.js';
import { crossSiteFacts } from './cross-site-facts.js';
import type { CrossSiteDecision } from './decide-cross-site.js';
import { decideUpgrade, type UpgradePolicy } from './decide-upgrade.js';
import { refusalOf } from './refusal.js';

/** Whose pages may open a socket. */
export interface WebSocketOriginsOptions extends CrossSiteOptions {
  /**
   * What a client without `Origin` gets: `refuse` (default) or `allow`. Every browser sends it with an upgrade; an app on a phone or another
   * server mostly does not, and needs `allow`. Then a socket must not take its rights from a cookie alone.
   */
  readonly withoutOrigin?: 'refuse' | 'allow' | undefined;
}

const FORBIDDEN = 403;

/**
 * The origins rule for WebSocket upgrades, which no guard and no CORS rule sees: a page of the app's own host may open a socket, and those of
 * the listed origins, and nobody else.
 *
 * The server libraries behind Nest's adapters take it in one line each; its members need no `this`.
 *
 * ```ts
 * const origins = new WebSocketOrigins({ allowedOrigins: ['https://admin.example.com'] });
 *
 * export const forSocketIo = { allowRequest: origins.allowRequest }; // @WebSocketGateway(forSocketIo)
 * export const forWs = { verifyClient: origins.verifyClient }; //       @WebSocketGateway(forWs)
 * ```
 *
 * `Host` is what the server receives: behind a proxy that rewrites it, list the public origin.
 *
 * @throws SessionError CONFIG_INVALID
 */
export class WebSocketOrigins {
  readonly #policy: UpgradePolicy;

  constructor(options: WebSocketOriginsOptions = {}) {
    const { withoutOrigin = 'refuse' } = (options as WebSocketOriginsOptions | null) ?? {};
    const place = {
      name: 'WebSocketOrigins',
      keys: ['allowedOrigins', 'withoutOrigin'],
      further: policyProblems(withoutOrigin),
    };
    this.#policy = { allowed: allowedOrigins(options, place), withoutOrigin };
  }

  /** For socket.io: the option `allowRequest`. Asked for every handshake, by polling or by upgrade; a refusal is a 403. */
  readonly allowRequest = (
    request: IncomingMessage,
    callback: (refusal: string | null | undefined, allowed: boolean) => void,
  ): void => {
    const decision = this.#decide(request);
    callback(decision.allowed ? null : refusalOf(decision.reason), decision.allowed);
  };

  /** For ws: the option `verifyClient`, in its form with two parameters. A refusal is a 403. */
  readonly verifyClient = (
    { req }: { readonly req: IncomingMessage },
    callback: (allowed: boolean, status?: number, message?: string) => void,
  ): void => {
    const decision = this.#decide(req);
    if (decision.allowed) callback(true);
    else callback(false, FORBIDDEN, refusalOf(decision.reason));
  };

  /** For a listener of Node's own `upgrade` event, and for any other server. */
  readonly allows = (request: IncomingMessage): boolean => this.#decide(request).allowed;

  #decide(request: IncomingMessage): CrossSiteDecision {
    return decideUpgrade(crossSiteFacts(request), this.#policy);
  }
}

function policyProblems(seen: unknown): ConfigProblem[] {
  if (seen === 'refuse' || seen === 'allow') return [];
  return [
    { key: 'withoutOrigin', seen: shown(seen), wanted: 'refuse or allow', fix: 'remove it, or write one' },
  ];
}

import type { SessionSettings } from '../config/settings.js';
import type { ConfigProblem } from '../errors/configuration.js';
import { ExpressSessionMove } from '../http/migrate-from/express-session-move.js';
import type { AtomicStore } from '../providers/four-method/provider-kind.js';
import { ExpressStorePort } from '../providers/express-store/express-store-port.js';
import type { SessionManager } from '../session/session-manager.js';

const KEY = 'session.migrate_from.express_session';

export const DEFAULT_FORMER_COOKIE = 'connect.sid';

/** The move that `session.migrate_from.express_session` asks for; empty when nobody asked. */
export function makeMove(
  { migrateFrom }: SessionSettings,
  manager: SessionManager,
  warn: (message: string) => void,
): ExpressSessionMove | undefined {
  const { cookie = DEFAULT_FORMER_COOKIE, secrets, store } = migrateFrom?.expressSession ?? {};
  if (!secrets || !store) return undefined;
  const port = new ExpressStorePort(typeof store === 'function' ? new store() : store);
  return new ExpressSessionMove(manager, { cookie, secrets: secrets.reveal(), store: port }, warn);
}

/** A move needs both halves, and a cookie of before that is not the one of today. */
export function moveProblems({ migrateFrom, cookie }: SessionSettings): ConfigProblem[] {
  const { secrets, store, cookie: former = DEFAULT_FORMER_COOKIE } = migrateFrom?.expressSession ?? {};
  if (!migrateFrom?.expressSession) return [];
  return [
    ...(secrets ? [] : [missing('secrets', 'the secrets that signed the cookie', "secrets: ['${SECRET}']")]),
    ...(store ? [] : [missing('store', 'the store of before', 'store: ./former-store:FormerStore')]),
    ...(former === cookie.name ? [sameCookie(former)] : []),
  ];
}

/** Four methods name their sessions themselves, and nothing then keeps two requests from moving one session twice. */
export const unmovable = (store: AtomicStore): ConfigProblem[] =>
  store.newId
    ? [
        {
          key: KEY,
          seen: 'given',
          wanted: 'nothing, because the session provider chooses the names of its sessions itself',
          fix: 'use a provider with atomic commits, such as the built-in ones or a bridge',
        },
      ]
    : [];

const missing = (name: string, wanted: string, line: string): ConfigProblem => ({
  key: `${KEY}.${name}`,
  seen: 'missing',
  wanted,
  fix: `write ${line}, or remove migrate_from`,
});

const sameCookie = (name: string): ConfigProblem => ({
  key: `${KEY}.cookie`,
  seen: JSON.stringify(name),
  wanted: 'another name than session.cookie.name',
  fix: 'keep serving_session for the new cookie',
});

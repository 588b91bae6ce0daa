import { invalidConfiguration } from '../../errors/configuration.js';
import { type CookiePrefix, prefixIn } from './cookie-prefix.js';
import { cookieProblems } from './cookie-problems.js';
import { cookieName, type CookieSettings } from './cookie-settings.js';

/** The cookie as it is read and written: every setting resolved, nothing in it contradicts. */
export interface CookiePolicy {
  /** With its prefix. */
  readonly name: string;
  /** As a browser sees it in the name, however it got there. */
  readonly prefix: CookiePrefix;
  readonly path: string;
  /** Empty: this host only. */
  readonly domain?: string | undefined;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly secure: 'auto' | boolean;
  readonly httpOnly: boolean;
  readonly partitioned: boolean;
  readonly priority?: 'low' | 'medium' | 'high';
  /** The whole former name, accepted once. Empty: none. */
  readonly migrateFrom?: string;
}

/** Resolves the settings, or throws `CONFIG_INVALID` with all of {@link cookieProblems}. */
export function cookiePolicy(settings: CookieSettings = {}): CookiePolicy {
  const problems = cookieProblems(settings);
  if (problems.length > 0) throw invalidConfiguration(problems);
  const name = cookieName(settings);
  return {
    name,
    prefix: prefixIn(name),
    path: settings.path ?? '/',
    sameSite: settings.sameSite ?? 'lax',
    secure: settings.secure ?? 'auto',
    httpOnly: settings.httpOnly ?? true,
    partitioned: settings.partitioned ?? false,
    ...(settings.domain === undefined ? {} : { domain: settings.domain }),
    ...(settings.priority === undefined ? {} : { priority: settings.priority }),
    ...(settings.migrateFrom === undefined ? {} : { migrateFrom: settings.migrateFrom }),
  };
}

/** What decides about `Secure` at the time of a response. */
export interface SecureFacts {
  /** The client's connection is TLS, as far as a trusted party says so: the socket, or a proxy that the app trusts. */
  readonly encrypted: boolean;
  readonly production: boolean;
}

/** Whether the cookie carries `Secure`. A cookie that browsers keep only with it carries it always. */
export const secureFor = (policy: CookiePolicy, { encrypted, production }: SecureFacts): boolean =>
  needsSecure(policy) || (policy.secure === 'auto' ? encrypted || production : policy.secure);

const needsSecure = ({ prefix, sameSite, partitioned }: CookiePolicy): boolean =>
  prefix !== 'none' || sameSite === 'none' || partitioned;

import { RandomCredentialProvider } from '../../lib/credentials/random-credential-provider.js';
import {
  type MaybePromise,
  type ProviderContext,
  SessionProvider,
  type SessionValueRecord,
} from '../../lib/providers/session-provider.js';

/**
 * The chapter's own class, translated line by line: a dictionary of dictionaries. It hands out its live objects and knows no expiry,
 * and a key that is set to `undefined` stays in its dictionary.
 */
export class NaiveSessionProvider extends SessionProvider {
  readonly sessions = new Map<string, SessionValueRecord>();
  readonly #credentials;

  constructor(
    readonly config: SessionValueRecord = {},
    context: Partial<ProviderContext> = {},
  ) {
    super();
    this.#credentials = context.credentials ?? new RandomCredentialProvider();
  }

  createSession(): string {
    const token = this.#credentials.createSessionToken();
    this.sessions.set(token, {});
    return token;
  }

  updateSession(token: string, values: SessionValueRecord): MaybePromise<void> {
    const session = this.sessions.get(token);
    if (session) Object.assign(session, values);
  }

  getSession(token: string): MaybePromise<SessionValueRecord | undefined> {
    return this.sessions.get(token);
  }

  invalidateSession(token: string): MaybePromise<void> {
    this.sessions.delete(token);
  }
}

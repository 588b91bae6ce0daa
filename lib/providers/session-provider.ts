import type { CredentialProvider } from '../credentials/credential-provider.js';
import type { ValueCodec } from '../record/value-codec.js';
import type { Clock } from './clock.js';

/** A value, or a promise of it: an embedded store answers at once and costs no turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** The values of a session, as the four methods exchange them. */
export type SessionValueRecord = Record<string, unknown>;

/**
 * Where sessions live: the four methods of the chapter, and the injection token of whatever the configuration names.
 *
 * A class with just these four works; the library wraps it and says at boot which laws it cannot hold then. Extend
 * {@link AtomicSessionProvider} to hold them all.
 *
 * An error that a method throws means that the store failed, never that a token is bad.
 */
export abstract class SessionProvider {
  /** Creates an empty session and returns its token, made by the credential provider. */
  abstract createSession(): MaybePromise<string>;

  /**
   * Merges `values` into the session. A key whose value is `undefined` is removed; a key that is not named stays.
   * A missing session is not created, and is no error.
   */
  abstract updateSession(token: string, values: SessionValueRecord): MaybePromise<void>;

  /** The values of the session; `undefined` or `null` when there is none. */
  abstract getSession(token: string): MaybePromise<SessionValueRecord | null | undefined>;

  /** Ends the session. Ending a missing one is no error. */
  abstract invalidateSession(token: string): MaybePromise<void>;
}

/** What the library hands to the constructor of a provider, after `session.config`. */
export interface ProviderContext {
  readonly credentials: CredentialProvider;
  readonly clock: Clock;
  /** The timeouts of the policy in force, in milliseconds. */
  readonly timeouts: { readonly idle: number; readonly absolute: number };
  /** The folder of the YAML file, against which relative paths in `config` are meant. */
  readonly directory: string;
  /** What reads values that are no JSON in a record. Empty: all are. */
  readonly codec?: ValueCodec | undefined;
}

/** A class that `session.session_provider` may name. */
export type SessionProviderClass = new (
  config: SessionValueRecord,
  context: ProviderContext,
) => SessionProvider;

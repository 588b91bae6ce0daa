import type { HiddenSecrets } from '../credentials/hidden-secrets.js';
import type { CredentialContext, CredentialProvider } from '../credentials/credential-provider.js';
import type { SessionProvider, SessionProviderClass } from '../providers/session-provider.js';
import type { ExpressStore } from '../providers/express-store/express-store.js';
import type { SessionMigration } from '../record/migration.js';
import type { SessionSchema } from '../record/standard-schema.js';
import type { ValueCodec } from '../record/value-codec.js';
import type { ByteSize } from '../providers/byte-size.js';
import type { TimeoutPreset } from './timeout-presets.js';
import type { Importer } from './class-import.js';
import type { Duration } from '../providers/duration.js';

/** A class, whatever its constructor takes. */
export type Constructor<Instance extends object = object> = new (...args: never[]) => Instance;

/** A class that `auth.credential_provider` may name; gets `auth.config`. */
export type CredentialProviderClass = new (
  config: Readonly<Record<string, unknown>>,
  context: CredentialContext,
) => CredentialProvider;

/**
 * The options of `forRoot()`: the tree of the YAML file in camelCase, without the level `session`. What is given here wins over
 * the file, option by option; what is `undefined` does not count as given. Durations are milliseconds or a text such as `'30m'`.
 *
 * Nothing in here is changed. Defaults, and what goes wrong at the extremes: docs/configuration.md.
 */
export interface SessionOptions extends LookupOptions, ValueOptions {
  /**
   * Where sessions live: a class, its name such as `./tenant-provider:TenantProvider`, or an object that is ready to work.
   * Default `InMemorySessionProvider`.
   */
  readonly sessionProvider?: string | Constructor<SessionProvider> | SessionProvider | undefined;
  /** The class that handlers get. Default `Session`. */
  readonly sessionType?: string | Constructor | undefined;
  /** Given to the constructor of the provider; replaces the map of the file as a whole. Default `{}`. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly cookie?: CookieOptions | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  readonly principals?: PrincipalOptions | undefined;
  /** What a browser is told to forget at `logout()`, over HTTPS. Default `'none'`. */
  readonly clearSiteData?: 'none' | 'cache' | 'storage' | 'all' | undefined;
  readonly webSocket?: WebSocketOptions | undefined;
  readonly limits?: LimitOptions | undefined;
  /** What carries values that JSON does not. Default `'json'`: nothing, they are refused. */
  readonly codec?: 'json' | 'devalue' | ValueCodec | undefined;
  /** Default none: the store sees the values. */
  readonly encryption?: EncryptionOptions | undefined;
  /** Default `'first-write'`: a session that nobody wrote to is never stored. */
  readonly creation?: 'first-write' | 'eager' | undefined;
  /** Makes `request.session` what passport and its kind expect. Default false. */
  readonly expressCompatible?: boolean | undefined;
  /** Where sessions were before. Default nowhere. */
  readonly migrateFrom?: MigrationOptions | undefined;
  /** How long a request waits for the store. Default 2 s; then the answer is 503. */
  readonly operationTimeout?: Duration | undefined;
  /** Default `'marked'`: only handlers that declare the session have it loaded for them. */
  readonly interceptor?: 'marked' | 'all' | undefined;
  /** What the boot makes of rows of ASVS 5.0 that the settings break. Default: in production one warning at most. */
  readonly doctor?: 'off' | 'warn' | 'fail' | undefined;
  readonly auth?: AuthOptions | undefined;
}

/** Where the YAML file is, and how the classes in it are loaded. */
export interface LookupOptions {
  /** The `{environment}` of `serving.{environment}.yaml`. Default `SERV_ENVIRONMENT`, else `prod` or `dev` by `NODE_ENV`. */
  readonly environment?: string | undefined;
  /** The file itself, against `directory`. It has to exist then. */
  readonly configFile?: string | undefined;
  /** Where the file is looked for. Default: the working directory. */
  readonly directory?: string | undefined;
  /** Loads the modules of class names, given a file URL. Default: Node's `import()`. Under vitest, give `(url) => import(url)`. */
  readonly importer?: Importer | undefined;
}

/** What the app knows of its values; code, so that YAML has no words for it. A session class may say it in statics of these names. */
export interface ValueOptions {
  /** Which values may stand under which keys: docs/typed-sessions.md. Default: any legal value under any key. */
  readonly schema?: SessionSchema | undefined;
  /** How values of an earlier release become those of this one. Default: they stay as they are. */
  readonly migration?: SessionMigration | undefined;
}

/** The attributes of the cookie. A combination that browsers would drop is refused at boot. */
export interface CookieOptions {
  /** Without the prefix. Default: the `cookieName` of the session type, `serving_session`. */
  readonly name?: string | undefined;
  /** Default `/`. */
  readonly path?: string | undefined;
  /** Default none: this host only. */
  readonly domain?: string | undefined;
  /** Default `'auto'`: over trusted TLS, and always in production. */
  readonly secure?: boolean | 'auto' | undefined;
  /** Default true. */
  readonly httpOnly?: boolean | undefined;
  /** Default `'lax'`. */
  readonly sameSite?: 'lax' | 'strict' | 'none' | undefined;
  /** Default `'none'`; `'host-http'` is the safest, for a site on one host with HTTPS. */
  readonly prefix?: 'none' | 'secure' | 'host' | 'http' | 'host-http' | undefined;
  /** Default false. */
  readonly partitioned?: boolean | undefined;
  /** Default none. */
  readonly priority?: 'low' | 'medium' | 'high' | undefined;
  /** Whether the cookie outlives the browser, until the absolute timeout. Default false; a login may say otherwise. */
  readonly persistent?: boolean | undefined;
  /** The whole former name of the cookie, accepted once. Default none. */
  readonly migrateFrom?: string | undefined;
}

/** How long sessions live. */
export interface TimeoutOptions {
  /** Dead when nobody used it for this long. Default 30 m; at most the absolute timeout. */
  readonly idle?: Duration | undefined;
  /** Dead this long after it began. Default 12 h. */
  readonly absolute?: Duration | undefined;
  /** How often a session that is only read is written at most. Default 60 s; less than the idle timeout. */
  readonly touch?: Duration | undefined;
  /** How old a token may get before a request replaces it. Default `'off'`. */
  readonly renewal?: Duration | 'off' | undefined;
  /** How long a replaced token is still accepted. Default 30 s; less than the renewal timeout. */
  readonly grace?: Duration | undefined;
  /** Timeouts for a kind of app; what is given beside it wins. Default none. */
  readonly preset?: TimeoutPreset | undefined;
}

/** Whose sessions they are. */
export interface PrincipalOptions {
  /** The most live sessions of one principal. Default: any number. */
  readonly limit?: number | undefined;
  /** Default `'evict-oldest'`. */
  readonly whenFull?: 'reject' | 'evict-oldest' | undefined;
  /** Where an app that does not call `login()` keeps its user. Default none. */
  readonly userKey?: string | undefined;
  /** What a change of `userKey` without `login()` leads to. Default `'auto'`: a new token. */
  readonly unannounced?: 'auto' | 'warn' | 'off' | undefined;
  /** Whether a login keeps the browser and the network it came from. Default false. */
  readonly deviceFacts?: boolean | undefined;
}

/** How sessions and the connections that stay open go together: sockets, and streams of events. */
export interface WebSocketOptions {
  /** For how long what was read is shown to further messages of a socket. Default 0: each message reads anew. */
  readonly revalidate?: Duration | undefined;
  /** Whether a message that looks at the session counts as use of it. Default true. */
  readonly touch?: boolean | undefined;
  /** How often sessions with open connections are looked at whose end nobody tells. Default 750 ms. */
  readonly check?: Duration | undefined;
}

/** The bounds of one session. */
export interface LimitOptions {
  /** Bytes of the stored record. Default 32 KiB. */
  readonly size?: ByteSize | undefined;
  /** Default 256. */
  readonly keys?: number | undefined;
  /** Levels of nesting inside one value. Default 32. */
  readonly depth?: number | undefined;
}

/** Where sessions were before: they move here as their users come, and nobody is logged out. */
export interface MigrationOptions {
  readonly expressSession?: ExpressSessionOptions | undefined;
}

/** What express-session was given. */
export interface ExpressSessionOptions {
  /** Its `name`. Default `connect.sid`. */
  readonly cookie?: string | undefined;
  /** Its `secret`, or all of them. */
  readonly secrets: readonly string[];
  /** Its `store`, a class that makes it, or the name of such a class. Connected and closed by the app. */
  readonly store: ExpressStore | Constructor<ExpressStore> | string;
}

/** How values are sealed before a store gets them. */
export interface EncryptionOptions {
  /**
   * Each at least 32 bytes and random. The first seals, all open, so a key is replaced in three steps and nobody is logged out:
   * docs/encryption.md. What is not sealed with one of them is never read.
   */
  readonly keys: readonly string[];
}

/** How tokens are made and checked. */
export interface AuthOptions {
  /** A class, its name, or an object that is ready to work. Default: unsigned random tokens. */
  readonly credentialProvider?: string | Constructor<CredentialProvider> | CredentialProvider | undefined;
  /** Given to the constructor: secrets and lifetimes; replaces the map of the file as a whole. Default `{}`. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** What `forRoot()` and the file come to: every option has its value, durations are milliseconds, sizes bytes, names classes. */
export interface SessionSettings {
  /** The file that was read, as errors show it. Empty when there is none: defaults and options of `forRoot()` only. */
  readonly file?: string;
  /** The name of the environment, whether it has a file or not. */
  readonly environment: string;
  /** The folder of the file (of the look-up without one), against which relative paths are meant. */
  readonly directory: string;
  /** A class to construct with `config`, or the object that `forRoot()` was given. */
  readonly sessionProvider: SessionProviderClass | SessionProvider;
  readonly sessionType: Constructor;
  readonly config: Readonly<Record<string, unknown>>;
  readonly cookie: CookieSettings;
  readonly timeouts: TimeoutSettings;
  readonly principals: PrincipalSettings;
  readonly clearSiteData: 'none' | 'cache' | 'storage' | 'all';
  readonly webSocket: WebSocketSettings;
  readonly limits: { readonly size: number; readonly keys: number; readonly depth: number };
  /** Empty: JSON only. */
  readonly codec?: ValueCodec | undefined;
  /** Empty unless `forRoot()` gave one; the session class may have one. */
  readonly schema?: SessionSchema | undefined;
  /** Empty unless `forRoot()` gave one; the session class may have one. */
  readonly migration?: SessionMigration | undefined;
  /** Empty unless keys were given: then the store sees the values. */
  readonly encryption?: { readonly keys: HiddenSecrets };
  readonly creation: 'first-write' | 'eager';
  readonly expressCompatible: boolean;
  /** Empty unless sessions are to be moved. */
  readonly migrateFrom?: { readonly expressSession?: FormerSessionSettings };
  readonly operationTimeout: number;
  readonly interceptor: 'marked' | 'all';
  /** Empty when nobody said: one warning at most, in production. */
  readonly doctor?: 'off' | 'warn' | 'fail';
  readonly auth: {
    /** A class to construct with `auth.config`, or the object that `forRoot()` was given. */
    readonly credentialProvider: CredentialProviderClass | CredentialProvider;
    readonly config: Readonly<Record<string, unknown>>;
  };
}

/** {@link ExpressSessionOptions}, of which a check has yet to say whether they are complete. */
export interface FormerSessionSettings {
  readonly cookie?: string;
  readonly secrets?: HiddenSecrets;
  /** A class to construct without arguments, or the object that `forRoot()` was given. */
  readonly store?: ExpressStore | (new () => ExpressStore);
}

/** {@link TimeoutOptions} with their defaults, in milliseconds. A renewal of 0 is off. */
export interface TimeoutSettings {
  readonly idle: number;
  readonly absolute: number;
  readonly touch: number;
  readonly renewal: number;
  readonly grace: number;
}

/** {@link WebSocketOptions} with their defaults, in milliseconds. */
export interface WebSocketSettings {
  readonly revalidate: number;
  readonly touch: boolean;
  readonly check: number;
}

/** {@link PrincipalOptions} with their defaults. Limit and user key are empty when nobody set them. */
export interface PrincipalSettings {
  readonly limit?: number;
  readonly whenFull: 'reject' | 'evict-oldest';
  readonly userKey?: string;
  readonly unannounced: 'auto' | 'warn' | 'off';
  readonly deviceFacts: boolean;
}

/** {@link CookieOptions} with their defaults. Domain, priority and the former name are empty when nobody set them. */
export interface CookieSettings {
  readonly name: string;
  readonly path: string;
  readonly domain?: string;
  readonly secure: boolean | 'auto';
  readonly httpOnly: boolean;
  readonly sameSite: 'lax' | 'strict' | 'none';
  readonly prefix: 'none' | 'secure' | 'host' | 'http' | 'host-http';
  readonly partitioned: boolean;
  readonly persistent: boolean;
  readonly priority?: 'low' | 'medium' | 'high';
  readonly migrateFrom?: string;
}

import {
  classOnly,
  classOrObject,
  codec,
  count,
  duration,
  durationOrOff,
  flag,
  flagOrAuto,
  freeForm,
  oneOf,
  type OptionKind,
  formerSecrets,
  secretList,
  size,
  text,
} from './option-kind.js';

/** One option: its two names, what it may hold, and what it is good for. */
export interface OptionRow {
  /** Its key path in the file. */
  readonly yaml: string;
  /** Its path in the options of `forRoot()`. */
  readonly option: string;
  readonly kind: OptionKind;
  /** As YAML writes it. Empty when nothing stands in for it. */
  readonly default?: unknown;
  /** What the default is when it is not a value, and what the docs show then. */
  readonly otherwise?: string;
  /** A value to show in a fix, for options without a default of their own. */
  readonly example?: string;
  readonly description: string;
  /** What goes wrong when it is taken too far, one way or the other. */
  readonly extremes: string;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const KIB = 1024;
const MIB = 1024 * KIB;

/** The one table of options: schema, names, defaults, error texts and the page `docs/configuration.md` follow from it. */
export const OPTION_TABLE: readonly OptionRow[] = [
  {
    yaml: 'session.session_provider',
    option: 'sessionProvider',
    kind: classOrObject,
    default: 'serving.session:InMemorySessionProvider',
    description: 'Where sessions live. Required in a file that has a `session` section.',
    extremes: 'In memory, sessions end with the process and are not shared by two of them.',
  },
  {
    yaml: 'session.session_type',
    option: 'sessionType',
    kind: classOnly,
    default: 'serving.session:Session',
    description: 'The class that handlers get: `Session` or a subclass.',
    extremes: 'Two classes with one cookie name share one session.',
  },
  {
    yaml: 'session.config',
    option: 'config',
    kind: freeForm,
    default: Object.freeze({}),
    example: '{}',
    description:
      'Given to the constructor of the provider. Free form; an upper layer replaces it as a whole.',
    extremes: 'What may stand here is up to the provider.',
  },
  {
    yaml: 'session.cookie.name',
    option: 'cookie.name',
    kind: text('the name of a cookie'),
    otherwise: '`cookieName` of the session type: `serving_session`',
    example: 'serving_session',
    description: 'The name of the cookie, without the prefix.',
    extremes: 'Renaming it logs everybody out.',
  },
  {
    yaml: 'session.cookie.path',
    option: 'cookie.path',
    kind: text('a path that begins with /'),
    default: '/',
    description: 'The part of the site that gets the cookie.',
    extremes: 'A narrow path hides the cookie from the rest of the site and protects it from nothing.',
  },
  {
    yaml: 'session.cookie.domain',
    option: 'cookie.domain',
    kind: text('a host name'),
    otherwise: 'none: this host only',
    example: 'example.com',
    description: 'Shares the cookie with the subdomains of a host.',
    extremes: 'Every subdomain receives the token, and each can plant one.',
  },
  {
    yaml: 'session.cookie.secure',
    option: 'cookie.secure',
    kind: flagOrAuto,
    default: 'auto',
    description: '`auto`: over trusted TLS, and always in production.',
    extremes: '`false` sends the token in the clear; `true` sets no cookie on plain HTTP.',
  },
  {
    yaml: 'session.cookie.http_only',
    option: 'cookie.httpOnly',
    kind: flag,
    default: true,
    description: 'Keeps the cookie away from scripts.',
    extremes: 'Without it, every script of the page can read the token.',
  },
  {
    yaml: 'session.cookie.same_site',
    option: 'cookie.sameSite',
    kind: oneOf(['lax', 'strict', 'none']),
    default: 'lax',
    description: 'Whether requests that other sites cause carry the cookie.',
    extremes: '`strict`: who comes by a link looks logged out; `none`: requests of every site carry it.',
  },
  {
    yaml: 'session.cookie.prefix',
    option: 'cookie.prefix',
    kind: oneOf(['none', 'secure', 'host', 'http', 'host-http']),
    default: 'none',
    description: 'A prefix of the name that browsers accept from a safe sender only (RFC 6265bis 4.1.3).',
    extremes: 'Any prefix needs HTTPS; `host` and `host-http` go with neither a domain nor a path.',
  },
  {
    yaml: 'session.cookie.partitioned',
    option: 'cookie.partitioned',
    kind: flag,
    default: false,
    description: 'One session for each site that embeds the app in a frame (CHIPS).',
    extremes: 'Needs HTTPS. Opened by itself, the app has another session than in the frame.',
  },
  {
    yaml: 'session.cookie.priority',
    option: 'cookie.priority',
    kind: oneOf(['low', 'medium', 'high']),
    otherwise: 'none, which browsers take as `medium`',
    example: 'high',
    description: 'Which cookies Chromium drops last when a site has too many.',
    extremes: 'Other browsers ignore it.',
  },
  {
    yaml: 'session.cookie.persistent',
    option: 'cookie.persistent',
    kind: flag,
    default: false,
    description:
      'Whether the cookie outlives the browser: until the absolute timeout. A login may say otherwise.',
    extremes:
      'On a shared device the next person is logged in; browsers keep no cookie for more than 400 days.',
  },
  {
    yaml: 'session.cookie.migrate_from',
    option: 'cookie.migrateFrom',
    kind: text('the name of the cookie of before'),
    otherwise: 'none',
    example: 'serving_session',
    description:
      'The whole former name of the cookie: it is accepted once, for a new token under the new name.',
    extremes: 'While it stands, a cookie planted under the former name is accepted as well, prefix or not.',
  },
  {
    yaml: 'session.timeouts.preset',
    option: 'timeouts.preset',
    kind: oneOf(['consumer', 'office', 'bank', 'aal1', 'aal2', 'aal3']),
    otherwise: 'none',
    example: 'office',
    description: 'Timeouts for a kind of app; what is given beside it wins. See [Timeouts](timeouts.md).',
    extremes:
      '`bank` and `aal3` log out whoever reads for some minutes; `consumer` and `aal1` last for weeks.',
  },
  {
    yaml: 'session.timeouts.idle',
    option: 'timeouts.idle',
    kind: duration(1, 36_500 * DAY_MS),
    default: '30m',
    description: 'A session that nobody uses for this long is dead (ASVS 7.3.1).',
    extremes: 'Too short logs out who is reading; too long leaves a stolen token alive.',
  },
  {
    yaml: 'session.timeouts.absolute',
    option: 'timeouts.absolute',
    kind: duration(1, 36_500 * DAY_MS),
    default: '12h',
    description:
      'A session is dead this long after its login, or after it began while nobody has logged in (ASVS 7.3.2).',
    extremes: 'Too short logs out in the middle of work; too long lets a stolen token be kept alive.',
  },
  {
    yaml: 'session.timeouts.touch',
    option: 'timeouts.touch',
    kind: duration(0, DAY_MS),
    default: '60s',
    description: 'A session that is only read is written at most this often, to move its idle deadline.',
    extremes: '`0s` writes on every request; a session may go idle this much too early.',
  },
  {
    yaml: 'session.timeouts.renewal',
    option: 'timeouts.renewal',
    kind: durationOrOff(1000, 365 * DAY_MS),
    default: 'off',
    description: 'A request that comes this long after its token was issued gets a new one (law R2).',
    extremes: 'Too short rotates on every page; `off` leaves a stolen token good until the session ends.',
  },
  {
    yaml: 'session.timeouts.grace',
    option: 'timeouts.grace',
    kind: duration(0, 10 * MINUTE_MS),
    default: '30s',
    description:
      'How long a token that was rotated away is still accepted, for requests that were under way.',
    extremes: 'Too short ends sessions of slow clients (law R3); too long leaves a stolen token good.',
  },
  {
    yaml: 'session.principals.limit',
    option: 'principals.limit',
    kind: count(1, 10_000),
    otherwise: 'none: any number',
    example: '5',
    description: 'The most live sessions of one principal, at any instant (law P2).',
    extremes: '1 logs out the phone when the laptop logs in.',
  },
  {
    yaml: 'session.principals.when_full',
    option: 'principals.whenFull',
    kind: oneOf(['reject', 'evict-oldest']),
    default: 'evict-oldest',
    description:
      'Whether a login beyond the limit is refused (409), or ends the session that logged in first.',
    extremes: '`reject` locks out who forgot to log out elsewhere, until those sessions end.',
  },
  {
    yaml: 'session.principals.user_key',
    option: 'principals.userKey',
    kind: text('a key of the session'),
    otherwise: 'none',
    example: 'userId',
    description:
      'Where an app that does not call `login()` keeps its user, so that a login is noticed; a path such as `passport.user` may lead there.',
    extremes: 'A key that changes often gets a new token as often.',
  },
  {
    yaml: 'session.principals.unannounced',
    option: 'principals.unannounced',
    kind: oneOf(['auto', 'warn', 'off']),
    default: 'auto',
    description: 'What a change of `user_key` without `login()` leads to: a new token, a warning, nothing.',
    extremes: '`off` and `warn` leave the token of before the login good (session fixation).',
  },
  {
    yaml: 'session.principals.device_facts',
    option: 'principals.deviceFacts',
    kind: flag,
    default: false,
    description: 'Keeps the browser and the network of each login, for a list of "your devices".',
    extremes: 'They are personal data, also when the address is cut.',
  },
  {
    yaml: 'session.clear_site_data',
    option: 'clearSiteData',
    kind: oneOf(['none', 'cache', 'storage', 'all']),
    default: 'none',
    description: 'What a browser is told to forget at `logout()` (`Clear-Site-Data`), over HTTPS only.',
    extremes: '`all` takes the cookies of every app of the domain; `cache` can take seconds.',
  },
  {
    yaml: 'session.web_socket.revalidate',
    option: 'webSocket.revalidate',
    kind: duration(0, HOUR_MS),
    default: '0s',
    description: 'For how long what a socket read of its session is shown to its next messages.',
    extremes: '`0s` reads the store at each message; longer shows values that are this old.',
  },
  {
    yaml: 'session.web_socket.touch',
    option: 'webSocket.touch',
    kind: flag,
    default: true,
    description: 'Whether a message that looks at the session counts as use of it.',
    extremes:
      '`true`: a script that sends by itself keeps a session alive; `false`: who only chats goes idle.',
  },
  {
    yaml: 'session.web_socket.check',
    option: 'webSocket.check',
    kind: duration(50, HOUR_MS),
    default: '750ms',
    description:
      'How often sessions with an open socket or event stream are looked at, whose end the store does not tell.',
    extremes:
      'Too short keeps the store busy; too long leaves a socket open whose user has logged out elsewhere.',
  },
  {
    yaml: 'session.limits.size',
    option: 'limits.size',
    kind: size(256, 16 * MIB),
    default: '32KiB',
    description: 'The most bytes of one session, as it is stored.',
    extremes: 'Large sessions are read and written as a whole on each change.',
  },
  {
    yaml: 'session.limits.keys',
    option: 'limits.keys',
    kind: count(1, 100_000),
    default: 256,
    description: 'The most keys of one session.',
    extremes: 'A client that chooses keys can fill a session up to here.',
  },
  {
    yaml: 'session.limits.depth',
    option: 'limits.depth',
    kind: count(1, 512),
    default: 32,
    description: 'The deepest nesting inside one value.',
    extremes: 'Deep values are slow to check, and may be too deep for other readers of JSON.',
  },
  {
    yaml: 'session.codec',
    option: 'codec',
    kind: codec,
    default: 'json',
    description:
      'What carries values that JSON does not. `devalue`: `Date`, `Map`, `Set` and BigInt. See [Typed sessions](typed-sessions.md).',
    extremes: 'Back to `json`, the values that only the codec carried count as missing.',
  },
  {
    yaml: 'session.creation',
    option: 'creation',
    kind: oneOf(['first-write', 'eager']),
    default: 'first-write',
    description: '`first-write`: nothing is stored until a value is set. `eager`: stored at first sight.',
    extremes: '`eager` stores a record and sets a cookie for every crawler.',
  },
  {
    yaml: 'session.express_compatible',
    option: 'expressCompatible',
    kind: flag,
    default: false,
    description:
      'Makes `request.session` the object that passport, connect-flash and their kind expect. See [Passport](passport.md).',
    extremes: 'Each request with a cookie then loads the session, before any middleware.',
  },
  {
    yaml: 'session.migrate_from.express_session.cookie',
    option: 'migrateFrom.expressSession.cookie',
    kind: text('the name of the cookie of before'),
    otherwise: '`connect.sid`',
    example: 'connect.sid',
    description: 'The `name` that express-session was given. See [Moving](migrate-from-express-session.md).',
    extremes: 'A wrong name moves nobody: all users log in again.',
  },
  {
    yaml: 'session.migrate_from.express_session.secrets',
    option: 'migrateFrom.expressSession.secrets',
    kind: formerSecrets,
    otherwise: 'none: nothing is moved',
    example: "['${FORMER_SECRET}']",
    description: 'The `secret` that express-session was given, or all of them: they only check cookies here.',
    extremes: 'Whoever knows one can, as before, present any session whose id they know.',
  },
  {
    yaml: 'session.migrate_from.express_session.store',
    option: 'migrateFrom.expressSession.store',
    kind: classOrObject,
    otherwise: 'none: nothing is moved',
    example: './former-store:FormerStore',
    description:
      'The store of before: in `forRoot()` the one that express-session was given, in YAML a class that makes it.',
    extremes: 'Its rows are removed as they are moved: the way back logs out whoever came since.',
  },
  {
    yaml: 'session.operation_timeout',
    option: 'operationTimeout',
    kind: duration(1, 10 * MINUTE_MS),
    default: '2s',
    description: 'How long a request waits for the store before it fails with 503.',
    extremes: 'Too short fails on a busy store; too long piles requests up behind a dead one.',
  },
  {
    yaml: 'session.interceptor',
    option: 'interceptor',
    kind: oneOf(['marked', 'all']),
    default: 'marked',
    description: '`marked`: loads for handlers that declare the session. `all`: for every handler.',
    extremes: '`all` costs each request with a cookie one call to the store.',
  },
  {
    yaml: 'session.doctor',
    option: 'doctor',
    kind: oneOf(['off', 'warn', 'fail']),
    otherwise: '`off`; in production one warning at most, about ASVS level 1',
    example: 'warn',
    description: 'Whether the boot warns of rows of ASVS 5.0 that the settings break, a line each, or fails.',
    extremes: '`fail` stops an app after an update that knows one more row; `off` says nothing at all.',
  },
  {
    yaml: 'session.encryption.keys',
    option: 'encryption.keys',
    kind: secretList,
    otherwise: 'none: values are stored as they are',
    example: "['${SESSION_KEY}']",
    description: 'Seals the values in the store (AES-256-GCM). The first key seals, every key opens.',
    extremes: 'Turning it on, and taking out a key too early, logs out whose records it cannot open.',
  },
  {
    yaml: 'auth.credential_provider',
    option: 'auth.credentialProvider',
    kind: classOrObject,
    default: 'serving.auth:RandomCredentialProvider',
    description: 'Makes the tokens and checks them without a look at the store.',
    extremes: 'Changing it logs everybody out.',
  },
  {
    yaml: 'auth.config',
    option: 'auth.config',
    kind: freeForm,
    default: Object.freeze({}),
    example: '{}',
    description: 'Given to the constructor of the credential provider: secrets, lifetimes. Free form.',
    extremes: 'A secret that is written into the file leaks with it; write `${NAME}`.',
  },
];

/** The option that a key path of a file, or a path in `forRoot()`, names. */
export const optionRow = (path: string): OptionRow | undefined =>
  OPTION_TABLE.find(({ yaml, option }) => yaml === path || option === path);

/** What a record says about its session, beside the values. Instants are epoch milliseconds. */
export interface RecordMeta {
  /** SHA-256 of the token's secret, base64url. The store never holds the secret itself. */
  readonly digest: string;
  /** The digest before the last rotation; `null` unless a rotation with a grace window happened. */
  readonly previousDigest: string | null;
  /** Until when `previousDigest` is still accepted whatever became of its successor; 0 when there is none. */
  readonly graceUntil: number;
  /** Grows by one when the privilege changes; a commit that was loaded in an older epoch is refused. */
  readonly epoch: number;
  /** Grows by one with each commit of data, and by nothing else. */
  readonly version: number;
  readonly createdAt: number;
  /** When the session was last seen by a commit. A touch moves the deadline in the store only, see {@link seenAt}. */
  readonly seenAt: number;
  /** After this instant nothing revives the session. Moved by nothing but a new login. */
  readonly absoluteAt: number;
  /** The idle timeout, in milliseconds, that the record was last written with. */
  readonly idleTimeout: number;
  /** Whose session it is; `null` while nobody has logged in. */
  readonly principal: string | null;
  readonly rotation: RotationFacts;
  readonly login: LoginFacts | null;
  readonly overrides: SessionOverrides;
  /** The version of the values, where the app counts them (`migration`). Empty: it did not when the record was created. */
  readonly schemaVersion?: number;
}

/** What is known of the tokens that came before the current one. */
export interface RotationFacts {
  /** When the current token was issued. */
  readonly issuedAt: number;
  /** Whether the current token came back from the client; only then is its predecessor a sign of theft (law R3). */
  readonly confirmed: boolean;
  /** Shortened digests of tokens that were rotated away earlier, the oldest first: enough to know one again, not to accept it. */
  readonly retired: readonly string[];
}

/** How the principal logged in. */
export interface LoginFacts {
  readonly authenticatedAt: number;
  /** Authentication methods, as OpenID Connect names them (RFC 8176): `pwd`, `otp`, `hwk`. */
  readonly amr: readonly string[];
  /** `null` unless the app gave a name or `session.principals.device_facts` is on. */
  readonly device: DeviceFacts | null;
  /** The session at the identity provider that it began with (`sid` of the ID token). Empty: the login did not say. */
  readonly sid?: string;
}

/** What a list of sessions may say of the device behind one, for its owner to recognise. */
export interface DeviceFacts {
  /** As the app calls it. */
  readonly name: string | null;
  /** The `User-Agent` of the login, at most 256 characters. */
  readonly userAgent: string | null;
  /** The network of the login, never the whole address: `192.0.2.0/24`, `2001:db8:1::/48`. */
  readonly addressPrefix: string | null;
}

/** Where one session differs from the policy. */
export interface SessionOverrides {
  /** In milliseconds; `null`: as the policy says today. */
  readonly idleTimeout: number | null;
  /** Whether its cookie outlives the browser; `null`: as the policy says today. */
  readonly persistent: boolean | null;
}

/** A token that nothing came before. */
export const issued = (issuedAt: number): RotationFacts => ({ issuedAt, confirmed: true, retired: [] });

export const NO_OVERRIDES: SessionOverrides = { idleTimeout: null, persistent: null };

/** What a new record begins with. */
export interface NewRecord {
  readonly digest: string;
  readonly now: number;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

export const newMeta = ({ digest, now, idleTimeout, absoluteTimeout }: NewRecord): RecordMeta => ({
  digest,
  previousDigest: null,
  graceUntil: 0,
  epoch: 0,
  version: 0,
  createdAt: now,
  seenAt: now,
  absoluteAt: now + absoluteTimeout,
  idleTimeout,
  principal: null,
  rotation: issued(now),
  login: null,
  overrides: NO_OVERRIDES,
});

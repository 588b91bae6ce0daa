import { type ConfigProblem, invalidConfiguration } from '../errors/configuration.js';
import { readSecrets } from './secret-list.js';
import { readTtl } from './token-ttl.js';

/** What stands under `auth.config` for {@link HMACCredentialProvider}. One secret or more is required, under one of these keys. */
export interface HMACCredentialConfig {
  /** The first signs, all verify. Each at least 32 bytes and random. An old one goes when its last token has expired. */
  readonly secrets?: readonly string[] | undefined;
  /** The same as a list of one. */
  readonly secret?: string | undefined;
  /** The key of the original's file, used when neither of the others is given. */
  readonly csrf_secret?: string | undefined;
  readonly csrfSecret?: string | undefined;
}

/** What stands under `auth.config` for {@link TimedHMACCredentialProvider}. */
export interface TimedHMACCredentialConfig extends HMACCredentialConfig {
  /**
   * How long a secret is accepted after it was made: seconds, or a text such as `'12h'`. Default 12 h, as the absolute timeout. A
   * shorter one logs everybody out that often; a longer one has no effect beyond the absolute timeout.
   */
  readonly ttl?: number | string | undefined;
  /** The key of the original's file, in seconds, used when `ttl` is not given. */
  readonly csrf_ttl_seconds?: number | string | undefined;
  readonly csrfTtlSeconds?: number | string | undefined;
}

const SECRET_KEYS = ['secrets', 'secret', 'csrf_secret', 'csrfSecret'];
const TTL_KEYS = ['ttl', 'csrf_ttl_seconds', 'csrfTtlSeconds'];

/** Throws `CONFIG_INVALID`, all problems at once. A lifetime is refused, because this provider would not keep it. */
export function readHMACConfig(config: unknown): { readonly secrets: readonly string[] } {
  const given = asMapping(config);
  const { secrets, problems } = readSecrets(given);
  refuseIfAny([...unknownKeys(given, SECRET_KEYS), ...problems]);
  return { secrets };
}

/** Throws `CONFIG_INVALID`, all problems at once. */
export function readTimedHMACConfig(config: unknown): {
  readonly secrets: readonly string[];
  readonly ttlMs: number;
} {
  const given = asMapping(config);
  const list = readSecrets(given);
  const ttl = readTtl(given);
  refuseIfAny([...unknownKeys(given, [...SECRET_KEYS, ...TTL_KEYS]), ...list.problems, ...ttl.problems]);
  return { secrets: list.secrets, ttlMs: ttl.ttlMs };
}

/** Nothing at all reads as an empty mapping, so the error names the key that is missing. */
const asMapping = (config: unknown): Readonly<Record<string, unknown>> =>
  typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {};

const unknownKeys = (config: Readonly<Record<string, unknown>>, known: readonly string[]): ConfigProblem[] =>
  Object.keys(config)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      key: `auth.config.${key}`,
      seen: 'given',
      wanted: `one of ${known.join(', ')}`,
      fix: TTL_KEYS.includes(key)
        ? 'take TimedHMACCredentialProvider, or remove the key'
        : 'correct or remove the key',
    }));

function refuseIfAny(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw invalidConfiguration(problems);
}

import type { ConfigProblem } from '../errors/configuration.js';
import { formatDuration } from '../providers/duration.js';
import type { Layer } from './layer.js';
import type { MergedOptions } from './merged-options.js';
import { CLASS_REFERENCE } from './option-kind.js';
import type { SettingsCheck } from './settings-check.js';

/** The contradictions that the options of this folder can have; those of the cookie and of the secrets are found where they live. */
export function contradictions(options: MergedOptions, file: Layer | undefined): readonly SettingsCheck[] {
  return [
    (_, sound) => (file && sound('sessionProvider') ? sectionWithoutProvider(options, file) : []),
    ({ auth }, sound) => (sound('auth') ? configWithoutProvider(options, auth.config) : []),
    (_, sound) => (sound('encryption') ? encryptionWithoutKeys(options) : []),
    touchAgainstIdle,
    idleAgainstAbsolute,
    graceAgainstRenewal,
    persistentAgainstAbsolute,
  ];
}

/** As in the original: a file that speaks of sessions says where they live. */
function sectionWithoutProvider(options: MergedOptions, { name, tree }: Layer): ConfigProblem[] {
  if (!Object.hasOwn(tree, 'session') || options.origin('sessionProvider')) return [];
  return [
    {
      key: 'session.session_provider',
      file: name,
      seen: 'missing',
      wanted: CLASS_REFERENCE,
      fix: 'write session_provider: serving.session:InMemorySessionProvider',
    },
  ];
}

const touchAgainstIdle: SettingsCheck = ({ timeouts: { touch, idle } }, sound) =>
  touch < idle || !sound('timeouts')
    ? []
    : [
        {
          key: 'session.timeouts.touch',
          seen: formatDuration(touch),
          wanted: `less than session.timeouts.idle, ${formatDuration(idle)}`,
          fix: `write ${formatDuration(Math.max(0, Math.floor(idle / 10)))}, or a longer idle timeout`,
        },
      ];

const idleAgainstAbsolute: SettingsCheck = ({ timeouts: { idle, absolute } }, sound) =>
  idle <= absolute || !sound('timeouts')
    ? []
    : [
        {
          key: 'session.timeouts.idle',
          seen: formatDuration(idle),
          wanted: `at most session.timeouts.absolute, ${formatDuration(absolute)}`,
          fix: `write ${formatDuration(absolute)} or less, or a longer absolute timeout`,
        },
      ];

/** Without this, whoever hands over a variable that is not set believes that the values are encrypted. */
function encryptionWithoutKeys(options: MergedOptions): ConfigProblem[] {
  const layer = options.mentioning('encryption');
  if (!layer || options.origin('encryption.keys')) return [];
  return [
    {
      key: layer.dialect === 'yaml' ? 'session.encryption.keys' : 'encryption.keys',
      file: layer.name,
      seen: 'missing',
      wanted: 'at least one secret',
      fix: "write keys: ['${SESSION_KEY}'], or remove encryption",
    },
  ];
}

const graceAgainstRenewal: SettingsCheck = ({ timeouts: { grace, renewal } }, sound) =>
  renewal === 0 || grace < renewal || !sound('timeouts')
    ? []
    : [
        {
          key: 'session.timeouts.grace',
          seen: formatDuration(grace),
          wanted: `less than session.timeouts.renewal, ${formatDuration(renewal)}`,
          fix: `write ${formatDuration(Math.floor(renewal / 10))}, or a longer renewal timeout`,
        },
      ];

/** The longest that a browser keeps a cookie (RFC 6265bis 5.5). */
const MAX_COOKIE_AGE_MS = 400 * 24 * 60 * 60 * 1000;

const persistentAgainstAbsolute: SettingsCheck = (
  { cookie: { persistent }, timeouts: { absolute } },
  sound,
) =>
  !persistent || absolute <= MAX_COOKIE_AGE_MS || !sound('timeouts') || !sound('cookie.persistent')
    ? []
    : [
        {
          key: 'session.timeouts.absolute',
          seen: formatDuration(absolute),
          wanted: 'at most 400d beside session.cookie.persistent: true',
          fix: 'write 400d or less; browsers forget the cookie by then',
        },
      ];

/** Without this, whoever forgets the provider believes that the tokens are signed. */
function configWithoutProvider(options: MergedOptions, config: object): ConfigProblem[] {
  if (options.origin('auth.credentialProvider') || Object.keys(config).length === 0) return [];
  return [
    {
      key: 'auth.credential_provider',
      file: options.origin('auth.config')?.name ?? 'forRoot()',
      seen: 'missing beside auth.config',
      wanted: 'the class that takes this config',
      fix: 'write serving.auth:HMACCredentialProvider, or remove auth.config',
    },
  ];
}

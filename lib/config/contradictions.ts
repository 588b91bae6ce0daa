import type { ConfigProblem } from '../errors/configuration.js';
import { formatDuration } from './duration.js';
import type { Layer } from './layer.js';
import type { MergedOptions } from './merged-options.js';
import { CLASS_REFERENCE } from './option-kind.js';
import type { SettingsCheck } from './settings-check.js';

/** The contradictions that the options of this folder can have; those of the cookie and of the secrets are found where they live. */
export function contradictions(options: MergedOptions, file: Layer | undefined): readonly SettingsCheck[] {
  return [
    (_, sound) => (file && sound('sessionProvider') ? sectionWithoutProvider(options, file) : []),
    ({ auth }, sound) => (sound('auth') ? configWithoutProvider(options, auth.config) : []),
    touchAgainstIdle,
    idleAgainstAbsolute,
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

import type { SettingsCheck } from '../config/settings-check.js';
import type { RequiredMethods } from '../config/classes.js';
import type { SessionSettings } from '../config/settings.js';
import { doctorCheck } from '../doctor/doctor-check.js';
import { cookieProblems } from '../http/cookie/cookie-problems.js';
import type { SessionValueRecord } from '../providers/session-provider.js';
import { systemClock } from '../providers/clock.js';
import { ownRules } from '../session/own-rules.js';
import { Session, type SessionType } from '../session/session.js';
import { moveProblems } from './express-session-move.js';
import { makeCredentials } from './make-parts.js';

/** What a class must have to do a job that the configuration gives it. */
export const REQUIRED_METHODS: RequiredMethods = {
  sessionProvider: ['createSession', 'updateSession', 'getSession', 'invalidateSession'],
  sessionType: ['load', 'get', 'set', 'save'],
  'auth.credentialProvider': ['createSessionToken', 'validateSessionToken'],
  'migrateFrom.expressSession.store': ['get', 'set', 'destroy'],
};

/** A provider class that can tell what is wrong with its config without opening anything. */
interface ChecksConfig {
  /** @throws SessionError CONFIG_INVALID */
  checkConfig?(config: SessionValueRecord): void;
}

/** The rules that live beside what they are about; their problems join those of the file in one error. */
export const CONFIG_CHECKS: readonly SettingsCheck[] = [
  ({ cookie }) => cookieProblems(cookie),
  checkSessionType,
  checkCredentials,
  checkProvider,
  checkEncryption,
  checkValues,
  (settings, sound) => (sound('migrateFrom') ? moveProblems(settings) : []),
];

/** {@link CONFIG_CHECKS}, and the one that `session.doctor: fail` asks for; the doctor itself goes without it. */
export const BOOT_CHECKS: readonly SettingsCheck[] = [...CONFIG_CHECKS, doctorCheck];

function checkSessionType({ sessionType }: SessionSettings): ReturnType<SettingsCheck> {
  if ((sessionType as unknown) === Session || sessionType.prototype instanceof Session) return [];
  return [
    {
      key: 'session.session_type',
      seen: `the class ${sessionType.name}`,
      wanted: 'Session of nestjs-sessions, or a subclass of it',
      fix: 'let the class extend Session',
    },
  ];
}

/** Makes one and throws it away: its constructor says what is wrong with its secrets. */
function checkCredentials(settings: SessionSettings, sound: (option: string) => boolean): [] {
  if (sound('auth')) makeCredentials(settings, systemClock);
  return [];
}

function checkProvider({ sessionProvider, config }: SessionSettings, sound: (option: string) => boolean): [] {
  if (sound('sessionProvider') && sound('config')) (sessionProvider as ChecksConfig).checkConfig?.(config);
  return [];
}

/** Makes the rules and throws them away: they say what is wrong with a schema or a migration. */
function checkValues(settings: SessionSettings, sound: (option: string) => boolean): [] {
  if (sound('sessionType')) ownRules(settings.sessionType as unknown as SessionType, settings);
  return [];
}

function checkEncryption(
  { encryption }: SessionSettings,
  sound: (option: string) => boolean,
): ReturnType<SettingsCheck> {
  return (sound('encryption') && encryption?.keys.problems('session.encryption.keys')) || [];
}

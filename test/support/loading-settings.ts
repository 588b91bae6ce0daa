import { HMACCredentialProvider } from '../../lib/credentials/hmac-credential-provider.js';
import { RandomCredentialProvider } from '../../lib/credentials/random-credential-provider.js';
import { TimedHMACCredentialProvider } from '../../lib/credentials/timed-hmac-credential-provider.js';
import { loadSettings, type SettingsSources } from '../../lib/config/load-settings.js';
import type { Constructor, SessionSettings } from '../../lib/config/settings.js';
import { type ConfigProblem, problemsOf } from '../../lib/errors/configuration.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { Session } from '../../lib/session/session.js';
import { type Files, folderWith } from './temporary-folder.js';

/** The classes that configuration may name without a path. */
export const BUILT_INS: ReadonlyMap<string, Constructor> = new Map<string, Constructor>([
  ['serving.session:InMemorySessionProvider', InMemorySessionProvider],
  ['serving.session:Session', Session],
  ['serving.auth:HMACCredentialProvider', HMACCredentialProvider],
  ['serving.auth:TimedHMACCredentialProvider', TimedHMACCredentialProvider],
  ['serving.auth:RandomCredentialProvider', RandomCredentialProvider],
]);

export const REQUIRED: SettingsSources['required'] = {
  sessionProvider: ['createSession', 'updateSession', 'getSession', 'invalidateSession'],
  sessionType: ['get', 'set', 'save'],
  'auth.credentialProvider': ['createSessionToken', 'validateSessionToken'],
  'migrateFrom.expressSession.store': ['get', 'set', 'destroy'],
};

/** What differs from an empty environment in an empty folder. */
export type Given = Partial<SettingsSources> & { readonly files?: Files };

/** Loads settings in a folder of its own. */
export function load({ files = {}, ...sources }: Given): Promise<SessionSettings> {
  return loadSettings({
    env: {},
    cwd: folderWith(files),
    builtIns: BUILT_INS,
    required: REQUIRED,
    ...sources,
  });
}

/** A file that is fine, with more lines below it. */
export const sound = (...lines: readonly string[]): string =>
  ['session:', '  session_provider: serving.session:InMemorySessionProvider', ...lines].join('\n');

/** Loads one file named serving.dev.yaml. */
export const loadYaml = (yaml: string, given: Given = {}): Promise<SessionSettings> =>
  load({ files: { 'serving.dev.yaml': yaml }, ...given });

/** The error that loading ends with. Fails the test when it ends well. */
export async function errorOf(loading: Promise<unknown>): Promise<Error> {
  const outcome = await loading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('the configuration was accepted');
  return outcome;
}

/** The problems that loading ends with. */
export async function problemsIn(loading: Promise<unknown>): Promise<readonly ConfigProblem[]> {
  const error = await errorOf(loading);
  const problems = problemsOf(error);
  if (!problems) throw error;
  return problems;
}

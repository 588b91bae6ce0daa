import type { ConfigProblem } from '../errors/configuration.js';
import { seenValue } from './seen.js';

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The `{environment}` of `serving.{environment}.yaml`. */
export interface EnvironmentName {
  readonly name: string;
  /** Somebody asked for it by name, so its file has to exist. */
  readonly explicit: boolean;
}

/** It becomes part of a file's name: no separators, and not so long that the file system refuses it. */
const NAME = /^\w[\w.-]{0,63}$/;

/**
 * The option wins over `SERV_ENVIRONMENT`; an empty variable counts as unset. Without both it is `prod` when `NODE_ENV` is
 * `production`, else `dev`.
 */
export function environmentName(option: string | undefined, env: Environment): EnvironmentName {
  const asked = option ?? (env['SERV_ENVIRONMENT'] || undefined);
  if (asked !== undefined) return { name: asked, explicit: true };
  return { name: env['NODE_ENV'] === 'production' ? 'prod' : 'dev', explicit: false };
}

const PRODUCTION_NAMES: ReadonlySet<string> = new Set(['prod', 'production']);

/** By its name, or by `NODE_ENV`: then the cookie is always Secure. */
export const isProduction = (environment: string, env: Environment): boolean =>
  PRODUCTION_NAMES.has(environment) || env['NODE_ENV'] === 'production';

/** Refuses a name that would lead out of the folder. */
export function environmentProblems(option: string | undefined, env: Environment): ConfigProblem[] {
  const { name } = environmentName(option, env);
  if (NAME.test(name)) return [];
  return [
    {
      file: option === undefined ? 'the process environment' : 'forRoot()',
      key: option === undefined ? 'SERV_ENVIRONMENT' : 'environment',
      seen: seenValue('environment', name),
      wanted: 'a name such as dev or prod: letters, digits, "_", "-", "."',
      fix: 'it becomes part of the file name serving.{environment}.yaml; use configFile for a path',
    },
  ];
}

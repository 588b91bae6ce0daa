import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type ConfigProblem, invalidConfiguration } from '../errors/configuration.js';
import type { EnvironmentName } from './environment.js';

/** A configuration file that was read. */
export interface ConfigFile {
  /** As problems show it: relative to the working directory when it is below. */
  readonly shown: string;
  /** Against this folder the paths in the file are meant. */
  readonly directory: string;
  readonly text: string;
}

/** Where to look for the file. */
export interface ConfigPlace {
  readonly cwd: string;
  /** Default: `cwd`. */
  readonly directory?: string | undefined;
  /** Against `directory`. Default: `serving.{environment}.yaml`. */
  readonly configFile?: string | undefined;
  readonly environment: EnvironmentName;
}

/** A configuration is a page or two; what is longer is some other file, and is not read. */
const MAX_BYTES = 256 * 1024;
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Finds and reads `serving.{environment}.yaml`, or the file that was named.
 *
 * Answers `undefined` when there is none and nobody asked for one by name: the defaults apply then, and the caller may say so.
 *
 * @throws SessionError CONFIG_INVALID when a file that was asked for is missing, or when what is there cannot be read.
 */
export async function readConfigFile(place: ConfigPlace): Promise<ConfigFile | undefined> {
  const { cwd, directory = '.', configFile, environment } = place;
  const path = resolve(cwd, directory, configFile ?? `serving.${environment.name}.yaml`);
  const shown = shownPath(cwd, path);
  try {
    const text = await readText(path, shown);
    return { shown, directory: dirname(path), text };
  } catch (error) {
    if (!ABSENT.has(codeOf(error))) throw unreadable(shown, error);
    if (configFile === undefined && !environment.explicit) return undefined;
    throw invalidConfiguration([missing(shown, path, place)]);
  }
}

async function readText(path: string, shown: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw oneProblem(shown, 'not a regular file', 'a YAML file', 'name the file itself');
  if (found.size > MAX_BYTES) {
    throw oneProblem(shown, `${found.size} bytes long`, `at most ${MAX_BYTES} bytes`, 'name the right file');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (codeOf(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw oneProblem(shown, 'not UTF-8', 'text in UTF-8', 'save the file as UTF-8');
  }
}

function missing(shown: string, path: string, { configFile, environment }: ConfigPlace): ConfigProblem {
  return {
    file: shown,
    key: 'the file',
    seen: 'missing',
    wanted: `a file at ${path}`,
    fix:
      configFile === undefined
        ? `create it, or unset what chose the environment "${environment.name}"`
        : 'create it, or correct configFile',
  };
}

function unreadable(shown: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === '' || code === 'CONFIG_INVALID') return error;
  return oneProblem(
    shown,
    `not readable (${code})`,
    'a readable file',
    'correct its path or its permissions',
  );
}

const oneProblem = (file: string, seen: string, wanted: string, fix: string): Error =>
  invalidConfiguration([{ file, key: 'the file', seen, wanted, fix }]);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

function shownPath(cwd: string, path: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') || isAbsolute(below) ? path : below;
}

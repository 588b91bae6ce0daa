import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Refusal } from './refusal.js';

const ENDINGS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];
const CANDIDATES = ['', ...ENDINGS, ...ENDINGS.map((ending) => `/index${ending}`)];

/**
 * The file that `./path/file` means: as written, with an ending, or as a folder with an index.
 *
 * Links are followed first, and then the file must lie below `directory`: what is checked is what will be loaded.
 */
export async function locateFile(path: string, directory: string): Promise<string | Refusal> {
  const file = await firstFile(resolve(directory, path));
  if (file === undefined) {
    return new Refusal(`there is no such file below ${directory}, with or without ${ENDINGS.join(', ')}`);
  }
  return (await isBelow(file, directory))
    ? file
    : new Refusal('a link leads out of the folder of the YAML file; move the file into it');
}

/** The first of the spellings that is a file, with all links followed. */
export async function firstFile(path: string): Promise<string | undefined> {
  for (const ending of CANDIDATES) {
    const file = await realFile(path + ending);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The path with all links followed, if a regular file is there. Whatever else is the matter counts as absent. */
export async function realFile(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** @param file with all links followed. */
export const isBelow = async (file: string, directory: string): Promise<boolean> =>
  file.startsWith(join(await realpath(directory), sep));

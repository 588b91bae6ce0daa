import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', '.build', 'coverage']);

/** The folder of package.json. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file, named from the root. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** All files below a folder of the project, named from the root with forward slashes; nothing that npm or a build wrote. */
export function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [relative('.', path).split(sep).join('/')];
    })
    .sort();
}

/** The files of {@link filesUnder} whose name ends with `suffix`. */
export const filesEnding = (folder: string, suffix: string): string[] =>
  filesUnder(folder).filter((path) => path.endsWith(suffix));

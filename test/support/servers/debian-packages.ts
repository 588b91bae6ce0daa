import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../meta/project-files.js';

const MINUTE_MS = 60_000;
const shelf = join(root, '.build/servers');

/**
 * The folder into which packages of Debian, and what they need, are unpacked; `undefined` where there is no apt or no way to its
 * archive. Nothing is installed: no root needed, no service started, the machine stays as it is. Kept for the next run.
 */
export function unpackedPackages(name: string, packages: readonly string[]): string | undefined {
  const folder = join(shelf, name);
  if (existsSync(folder)) return folder;
  mkdirSync(shelf, { recursive: true });
  const work = mkdtempSync(join(shelf, `${name}-`));
  try {
    for (const archive of download(packages, work)) {
      execFileSync('dpkg', ['-x', archive, join(work, 'root')], { stdio: 'ignore' });
    }
    if (!existsSync(folder)) renameSync(join(work, 'root'), folder);
    return folder;
  } catch {
    return existsSync(folder) ? folder : undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Asks the archive what there is today, as the list on the machine may be old or missing. */
function download(packages: readonly string[], work: string): string[] {
  const archives = join(work, 'cache/archives');
  for (const folder of [join(work, 'lists/partial'), join(archives, 'partial')])
    mkdirSync(folder, { recursive: true });
  const places = [
    '-o',
    `Dir::State::lists=${join(work, 'lists')}`,
    '-o',
    `Dir::Cache=${join(work, 'cache')}`,
  ];
  const apt = (...args: string[]): unknown =>
    execFileSync('apt-get', ['-qq', '-y', '-o', 'Debug::NoLocking=1', ...places, ...args], {
      stdio: 'ignore',
      timeout: 2 * MINUTE_MS,
    });
  apt('update');
  apt('--download-only', '--no-install-recommends', 'install', ...packages);
  return readdirSync(archives)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(archives, file));
}

/** The first file with this name below a folder. */
export function fileNamed(name: string, folder: string): string | undefined {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (path) => path.split('/').at(-1) === name,
  );
  return found === undefined ? undefined : join(folder, found);
}

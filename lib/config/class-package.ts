import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { firstFile, isBelow, realFile } from './class-file.js';
import { exportedFile } from './package-exports.js';
import { Refusal } from './refusal.js';
import { isMap, type YamlMap } from './yaml-document.js';

const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * The file that `package` or `package/subpath` means to code in `directory`.
 *
 * Only packages that the application itself depends on, by the nearest package.json: what merely happens to be installed, below
 * some other package, may be anything.
 */
export async function locatePackage(specifier: string, directory: string): Promise<string | Refusal> {
  const [name, subpath] = splitSpecifier(specifier);
  const application = await applicationManifest(directory);
  if (!application) return new Refusal(`there is no package.json with dependencies at or above ${directory}`);
  if (!dependsOn(application.content, name)) {
    return new Refusal(
      `${application.path} does not depend on this package; install it, or write ./path/file:Class for a file of yours`,
    );
  }
  const installed = await installedManifest(name, directory);
  if (!installed) return new Refusal('the package is not installed; run the install of your package manager');
  return (await entryOf(installed, subpath)) ?? new Refusal('the package exports no such file');
}

interface Manifest {
  readonly path: string;
  readonly content: YamlMap;
}

function splitSpecifier(specifier: string): [name: string, subpath: string] {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return [parts.slice(0, length).join('/'), ['.', ...parts.slice(length)].join('/')];
}

/** A package.json that only says `"type": "module"`, as builds leave in their output, is nobody's manifest. */
async function applicationManifest(directory: string): Promise<Manifest | undefined> {
  for (const folder of upwards(directory)) {
    const manifest = await readManifest(join(folder, 'package.json'));
    const isMarker =
      manifest && !['name', ...DEPENDENCIES].some((key) => Object.hasOwn(manifest.content, key));
    if (manifest && !isMarker) return manifest;
  }
  return undefined;
}

const dependsOn = (manifest: YamlMap, name: string): boolean =>
  DEPENDENCIES.some((kind) => {
    const packages = Object.hasOwn(manifest, kind) ? manifest[kind] : undefined;
    return isMap(packages) && Object.hasOwn(packages, name);
  });

/** Looks through `node_modules` from the folder upwards, as Node does. */
async function installedManifest(name: string, directory: string): Promise<Manifest | undefined> {
  for (const folder of upwards(directory)) {
    const manifest = await readManifest(join(folder, 'node_modules', name, 'package.json'));
    if (manifest) return manifest;
  }
  return undefined;
}

/** Packages without `exports` are older than them: `main`, or any file inside. */
async function entryOf({ path, content }: Manifest, subpath: string): Promise<string | undefined> {
  const folder = dirname(path);
  if (content['exports'] !== undefined && content['exports'] !== null) {
    const target = exportedFile(content['exports'], subpath);
    return target === undefined ? undefined : realFile(join(folder, target));
  }
  const main = typeof content['main'] === 'string' ? content['main'] : 'index';
  const file = await firstFile(join(folder, subpath === '.' ? main : subpath));
  return file !== undefined && (await isBelow(file, folder)) ? file : undefined;
}

/** A package.json that is missing or no JSON counts as absent. */
async function readManifest(path: string): Promise<Manifest | undefined> {
  const file = await realFile(path);
  if (file === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isMap(content) ? { path: file, content } : undefined;
  } catch {
    return undefined;
  }
}

function upwards(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(parent)];
}

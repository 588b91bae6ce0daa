import { pathToFileURL } from 'node:url';
import { Refusal } from './refusal.js';

/** Loads a module, given the `file:` URL of a file that was found and checked. */
export type Importer = (url: string) => Promise<unknown>;

/** Node's own `import()`, kept from bundlers, which cannot know what the configuration will name. */
const nativeImport: Importer = (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url);

/** Loads a module and takes one export of it; whatever the module throws is the cause of the refusal. */
export async function importExport(
  file: string,
  name: string,
  importer: Importer = nativeImport,
): Promise<unknown> {
  try {
    return exportOf(await importer(pathToFileURL(file).href), name);
  } catch (error) {
    return new Refusal(loadFault(file, error), error);
  }
}

/** Own exports only. A CommonJS module whose exports Node cannot foresee carries them on its default export. */
function exportOf(module: unknown, name: string): unknown {
  const scopes = [module, own(module, 'default')];
  const scope = scopes.find((each) => own(each, name) !== undefined);
  if (scope !== undefined) return own(scope, name);
  const names = scopes.filter(isObject).flatMap((each) => Object.keys(each));
  return new Refusal(
    `the module does not export it; it exports ${[...new Set(names)].join(', ') || 'nothing'}`,
  );
}

const own = (scope: unknown, name: string): unknown =>
  isObject(scope) && Object.hasOwn(scope, name) ? scope[name] : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The message of the error may hold anything, so only its name and code are told; it is kept as the cause. */
function loadFault(file: string, error: unknown): string {
  const kind = kindOf(error);
  if (/\.[mc]?ts$/.test(file)) {
    return `this Node cannot load the TypeScript file (${kind}); name the compiled file, such as ./dist/file.js, or give forRoot() an importer`;
  }
  return `the module fails while it is loaded (${kind}); see the cause of this error`;
}

/** A code or the name of an error, if it looks like one. */
function kindOf(error: unknown): string {
  const kind = isObject(error)
    ? [error['code'], error['name']].find((each) => typeof each === 'string')
    : typeof error;
  return typeof kind === 'string' && /^\w{1,60}$/.test(kind) ? kind : 'an error';
}

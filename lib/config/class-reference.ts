import { locateFile } from './class-file.js';
import { type Importer, importExport } from './class-import.js';
import { parseClassName } from './class-name.js';
import { locatePackage } from './class-package.js';
import { closest } from './did-you-mean.js';
import { Refusal } from './refusal.js';
import type { Constructor } from './settings.js';

/** A class of this library behind a subpath: its module is loaded only when the configuration names it. */
export interface LazyClass {
  load(): Promise<Constructor>;
}

/** Where class names are looked up. */
export interface ClassScope {
  /** The classes of this library by their full name, such as `serving.session:Session`. */
  readonly builtIns: ReadonlyMap<string, Constructor | LazyClass>;
  /** The folder of the YAML file. */
  readonly directory: string;
  readonly importer?: Importer | undefined;
}

/** Modules that are this library itself, under the name of the original or its own. They hold the built-ins and nothing else. */
const OURS = /^(?:serving(?:\.[\w.]*)?|nestjs-sessions(?:\/.*)?):/;

/**
 * The class that `module:ClassName` means: a built-in, a file below the folder of the YAML file, or an export of a package that
 * the application depends on.
 *
 * @param required the methods it must have.
 */
export async function resolveClass(
  text: string,
  required: readonly string[],
  scope: ClassScope,
): Promise<Constructor | Refusal> {
  const builtIn = scope.builtIns.get(text);
  if (builtIn) return checkedClass(typeof builtIn === 'function' ? builtIn : await builtIn.load(), required);
  const found = OURS.test(text) ? unknownBuiltIn(text, scope) : await load(text, scope);
  return found instanceof Refusal ? found : checkedClass(found, required);
}

/** The class itself, or why it cannot do the job. */
export function checkedClass(value: unknown, required: readonly string[]): Constructor | Refusal {
  if (!isClass(value)) return new Refusal('this is not a class; export one');
  return missingMethods(value.prototype, required) ?? value;
}

/** Empty when the object has every required method, its own or inherited. */
export function missingMethods(object: object, required: readonly string[]): Refusal | undefined {
  const missing = required.filter((name) => !hasMethod(object, name));
  return missing.length === 0 ? undefined : new Refusal(`add what it lacks: ${missing.join(', ')}`);
}

async function load(text: string, { directory, importer }: ClassScope): Promise<unknown> {
  const parsed = parseClassName(text);
  if (parsed instanceof Refusal) return parsed;
  const locate = parsed.kind === 'file' ? locateFile : locatePackage;
  const file = await locate(parsed.module, directory);
  return file instanceof Refusal ? file : importExport(file, parsed.name, importer);
}

function unknownBuiltIn(text: string, { builtIns }: ClassScope): Refusal {
  const known = [...builtIns.keys()];
  const likely = closest(text, known);
  return new Refusal(likely ? `did you mean ${likely}?` : `the built-ins are ${known.join(', ')}`);
}

/** A function with methods, or written as a class. Arrow functions and plain functions such as `exec` are neither. */
function isClass(value: unknown): value is Constructor & { readonly prototype: object } {
  if (typeof value !== 'function') return false;
  const { prototype } = value as { prototype?: unknown };
  if (typeof prototype !== 'object' || prototype === null) return false;
  return (
    /^class\b/.test(Function.prototype.toString.call(value)) ||
    Object.getOwnPropertyNames(prototype).length > 1
  );
}

/** Looks at property descriptors, so that no getter runs. */
function hasMethod(object: object, name: string): boolean {
  for (let scope: object | null = object; scope; scope = Object.getPrototypeOf(scope) as object | null) {
    const found = Object.getOwnPropertyDescriptor(scope, name);
    if (found) return typeof found.value === 'function';
  }
  return false;
}

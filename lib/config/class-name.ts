import { isBuiltin } from 'node:module';
import { Refusal } from './refusal.js';

/** The two halves of `module:ClassName`, both of a harmless shape. Nothing was looked for yet. */
export interface ClassName {
  /** `file`: begins with `./`. `package`: a bare name, perhaps with a subpath. */
  readonly kind: 'file' | 'package';
  readonly module: string;
  readonly name: string;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const NO_CLASS = new Set(['__proto__', 'constructor', 'prototype']);
/** What npm accepts as a name, and a subpath without climbing. */
const PACKAGE = /^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*$/i;

/**
 * Takes `module:ClassName` apart at the last colon and refuses every module that configuration has no business loading: Node's
 * own, URLs, absolute paths, Windows paths, paths that climb (ATTACKS A65).
 */
export function parseClassName(text: string): ClassName | Refusal {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return new Refusal('there is no colon; write module:ClassName');
  const module = text.slice(0, colon);
  const name = text.slice(colon + 1);
  if (!IDENTIFIER.test(name) || NO_CLASS.has(name)) {
    return new Refusal('what follows the last colon cannot be the name of a class; write module:ClassName');
  }
  return module.startsWith('./') ? fileName(module, name) : packageName(module, name);
}

function fileName(module: string, name: string): ClassName | Refusal {
  const steps = module.slice(2).split('/');
  if (/[\p{Cc}\\]/u.test(module)) return new Refusal('a path has neither "\\" nor control characters');
  if (steps.includes('..'))
    return new Refusal('the path climbs; keep the file below the folder of the YAML file');
  if (steps.includes('node_modules')) return new Refusal('write the name of the package instead of its path');
  return { kind: 'file', module, name };
}

function packageName(module: string, name: string): ClassName | Refusal {
  if (module === '') return new Refusal('nothing stands before the colon; write module:ClassName');
  if (isBuiltin(module)) return new Refusal('this is a module of Node; write a class of your own');
  if (/^[./\\]/.test(module) || /^[a-z]:[\\/]/i.test(module)) {
    return new Refusal('a path is written ./path/file:Class, below the folder of the YAML file');
  }
  if (module.includes(':'))
    return new Refusal('URLs are not loaded; write ./path/file:Class or package:Class');
  if (PACKAGE.test(module)) return { kind: 'package', module, name };
  return new Refusal('this is no name of a package; write ./path/file:Class or package:Class');
}

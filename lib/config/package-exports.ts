/** What Node takes for an `import`; our classes are loaded with one, so that they are the same that the application imports. */
const CONDITIONS = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * The file that `exports` of a package.json gives for a subpath (`.` or `./name`), by the rules of Node's ESM loader: conditions
 * in the order of the file, then patterns, the longest prefix first. Empty when the package does not export it.
 */
export function exportedFile(exports: unknown, subpath: string): string | undefined {
  const table = isTable(exports) ? exports : { '.': exports };
  if (Object.hasOwn(table, subpath) && !subpath.includes('*')) return fileOf(table[subpath], '');
  const pattern = Object.keys(table)
    .filter((key) => matches(key, subpath))
    .sort((left, right) => right.indexOf('*') - left.indexOf('*') || right.length - left.length)[0];
  if (pattern === undefined) return undefined;
  const star = pattern.indexOf('*');
  return fileOf(table[pattern], subpath.slice(star, subpath.length - (pattern.length - star - 1)));
}

/** Keys that begin with a dot are subpaths; any others are conditions of the package itself. */
const isTable = (exports: unknown): exports is Record<string, unknown> =>
  isObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));

function matches(pattern: string, subpath: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0 || subpath.length < pattern.length) return false;
  return subpath.startsWith(pattern.slice(0, star)) && subpath.endsWith(pattern.slice(star + 1));
}

function fileOf(target: unknown, star: string): string | undefined {
  if (typeof target === 'string') return insidePackage(target.replaceAll('*', star));
  if (Array.isArray(target)) return firstOf(target, star);
  if (!isObject(target)) return undefined;
  const chosen = Object.keys(target).filter((condition) => CONDITIONS.has(condition));
  return firstOf(
    chosen.map((condition) => target[condition]),
    star,
  );
}

function firstOf(targets: readonly unknown[], star: string): string | undefined {
  for (const target of targets) {
    const file = fileOf(target, star);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** Node refuses targets that leave the package, so we do. */
const insidePackage = (target: string): string | undefined =>
  target.startsWith('./') && !/[\\/](?:\.{1,2}|node_modules)(?:[\\/]|$)/i.test(target.slice(1))
    ? target
    : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { posix } from 'node:path';
import ts from 'typescript';

/** Which layers of lib a layer may import beside itself. `providers/*` stands for the folders below the contract. */
export type Layers = Readonly<Record<string, readonly string[]>>;

/**
 * The imports of one file that point the wrong way, each as a sentence. Type-only imports count: a type is a dependency of the
 * reader.
 *
 * @param path from the project's root, such as `lib/http/cookie.ts`.
 */
export function wrongImports(path: string, text: string, layers: Layers): string[] {
  const from = layerOf(path);
  if (from === undefined) return [];
  const allowed = layers[from];
  if (allowed === undefined) return [`${path} stands in "${from}", which is no layer`];
  return ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => posix.join(posix.dirname(path), fileName))
    .filter((target) => !isAllowed(target, from, allowed))
    .map(
      (target) => `${path} imports ${target}, but ${from} may import only ${allowed.join(', ') || 'itself'}`,
    );
}

/** Files directly in lib, the package's entry points, stand above all layers: they may import any, and none may import them. */
function layerOf(path: string): string | undefined {
  const [, layer, ...rest] = path.split('/');
  if (layer === undefined || rest.length === 0) return undefined;
  return layer === 'providers' && rest.length > 1 ? 'providers/*' : layer;
}

function isAllowed(target: string, from: string, allowed: readonly string[]): boolean {
  const to = target.startsWith('lib/') ? layerOf(target) : undefined;
  return to !== undefined && (to === from || allowed.includes(to));
}

import { posix } from 'node:path';

/** The class that an app boots with, and the file that it is in. */
export interface RootModule {
  readonly path: string;
  readonly className: string;
}

const BOOT = /NestFactory\s*\.\s*create\w*\s*(?:<[^()]*>)?\(\s*(\w+)/;

/**
 * The root module of an app, as its `main.ts` says; what the template of Nest calls it when that says nothing.
 *
 * @param read the text of a file; `undefined` when there is none.
 */
export function rootModuleOf(sourceRoot: string, read: (path: string) => string | undefined): RootModule {
  const main = posix.join(sourceRoot, 'main.ts');
  const text = read(main) ?? '';
  const className = BOOT.exec(text)?.[1] ?? 'AppModule';
  const imported = new RegExp(`\\{[^}]*\\b${className}\\b[^}]*\\}\\s*from\\s*['"](\\.[^'"]*)['"]`).exec(
    text,
  )?.[1];
  const named = imported?.replace(/\.[jt]s$/, '') ?? './app.module';
  const inMain = new RegExp(`\\bclass\\s+${className}\\b`).test(text);
  return { className, path: inMain ? main : `${posix.join(sourceRoot, named)}.ts` };
}

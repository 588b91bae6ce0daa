import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { filesUnder, read } from '../meta/project-files.js';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
}

const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(read('package.json')) as Manifest;

/** What every app has: the rest may be missing, and then neither loading the library nor compiling against it may need it. */
const present = new Set([
  ...Object.keys(dependencies),
  ...Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional),
]);

const sources = filesUnder('lib').filter((path) => path.endsWith('.ts'));

/** The packages that a file imports, for values or types; one that it imports with `import()` when it runs does not count. */
function packagesLoadedBy(path: string, text: string): string[] {
  return ts
    .createSourceFile(path, text, ts.ScriptTarget.Latest)
    .statements.filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    .flatMap(({ moduleSpecifier }) =>
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [],
    )
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}

const strangers = (path: string, text: string): string[] =>
  packagesLoadedBy(path, text)
    .filter((name) => !present.has(name))
    .map((name) => `${path}: ${name}`);

describe('a package that an app may lack', () => {
  it('is imported by nothing in lib, not even for its types', () => {
    expect(sources.flatMap((path) => strangers(path, read(path)))).toEqual([]);
  });

  it('is found when somebody imports it', () => {
    const text = `import type { FastifyReply } from 'fastify'; export * from '@nestjs/platform-express/x.js'; import 'node:fs';`;
    expect(strangers('lib/x.ts', text)).toEqual(['lib/x.ts: fastify', 'lib/x.ts: @nestjs/platform-express']);
  });

  it('may be imported when it is asked for', () => {
    expect(
      strangers('lib/x.ts', `const pg = await import('pg'); import { Get } from '@nestjs/common';`),
    ).toEqual([]);
  });
});

import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { filesUnder, read } from '../meta/project-files.js';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional?: boolean }>;
  readonly exports: Record<string, string | { readonly default: string }>;
}

const {
  dependencies,
  peerDependencies,
  peerDependenciesMeta,
  exports: exported,
} = JSON.parse(read('package.json')) as Manifest;

/** What every app has: the rest may be missing, and then neither loading the library nor compiling against it may need it. */
const present = new Set([
  ...Object.keys(dependencies),
  ...Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional),
]);

/** What an app has that imports the subpath of an adapter: there, and nowhere else, the package may be imported as any other. */
const ADAPTED: Readonly<Record<string, string>> = {
  'lib/adapters/back-channel-logout/': 'jose',
  'lib/adapters/event-emitter/': '@nestjs/event-emitter',
  'lib/adapters/opentelemetry/': '@opentelemetry/api',
  'lib/adapters/terminus/': '@nestjs/terminus',
};

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

const isAdapted = (path: string, name: string): boolean =>
  Object.entries(ADAPTED).some(([folder, adapted]) => adapted === name && path.startsWith(folder));

const strangers = (path: string, text: string): string[] =>
  packagesLoadedBy(path, text)
    .filter((name) => !present.has(name) && !isAdapted(path, name))
    .map((name) => `${path}: ${name}`);

/** The files of lib that a file loads, itself included, for values or types. */
function reachedFrom(path: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { fileName } of ts.preProcessFile(read(path)).importedFiles) {
    if (fileName.startsWith('.'))
      reachedFrom(posix.join(posix.dirname(path), fileName).replace(/\.js$/, '.ts'), seen);
  }
  return seen;
}

/** The entry points of package.json, by the file of lib that they are made from. */
const entryPoints = Object.values(exported)
  .flatMap((target) => (typeof target === 'string' ? [] : [target.default]))
  .map((file) => file.replace('./dist/', 'lib/').replace(/\.js$/, '.ts'));

describe('a package that an app may lack', () => {
  it('is imported by nothing in lib but its own adapter, not even for its types', () => {
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

describe('an adapter', () => {
  const isAdapter = (path: string): boolean => path.startsWith('lib/adapters/');

  it.each(entryPoints.filter((path) => !isAdapter(path)))('is not loaded by %s', (path) => {
    const reached = [...reachedFrom(path)];
    expect(reached.length).toBeGreaterThan(1);
    expect(reached.filter(isAdapter)).toEqual([]);
  });

  it.each(Object.entries(ADAPTED))('%s is an entry point, and %s an optional peer', (folder, name) => {
    expect(entryPoints).toContain(`${folder}index.ts`);
    expect(peerDependencies[name]).toBeDefined();
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
  });

  it('may not import what another adapts', () => {
    const text = `import { metrics } from '@opentelemetry/api';`;
    expect(strangers('lib/adapters/opentelemetry/x.ts', text)).toEqual([]);
    expect(strangers('lib/adapters/event-emitter/x.ts', text)).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type Layers, wrongImports } from './arrows.js';
import { filesEnding, read } from './project-files.js';

const layers = JSON.parse(read('test/meta/layers.json')) as Layers;

describe('the arrows between the layers of lib', () => {
  it('all point the same way', () => {
    const sources = filesEnding('lib', '.ts');
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap((path) => wrongImports(path, read(path), layers))).toEqual([]);
  });

  it('form no circle', () => {
    const seen = Object.keys(layers).filter((layer) => reachableFrom(layer).has(layer));
    expect(seen).toEqual([]);
  });
});

describe('the reading of imports', () => {
  const offences: [what: string, path: string, text: string][] = [
    ['upwards', 'lib/record/meta.ts', `import { Session } from '../session/session.js';`],
    ['a type alone', 'lib/errors/use.ts', `import type { Clock } from '../providers/clock.js';`],
    ['by export', 'lib/session/session.ts', `export { gate } from '../http/gate.js';`],
    ['when asked', 'lib/http/gate.ts', `const nest = await import('../nest/session.module.js');`],
    ['an entry point', 'lib/nest/session.module.ts', `import { Session } from '../index.js';`],
    ['a provider instead of the contract', 'lib/session/session.ts', `import '../providers/memory/heap.js';`],
    ['outside lib', 'lib/testing/index.ts', `import { root } from '../../test/meta/project-files.js';`],
    ['from a drawer', 'lib/utils/strings.ts', ``],
  ];

  it.each(offences)('convicts an import %s', (_, path, text) => {
    expect(wrongImports(path, text, layers)).toHaveLength(1);
  });

  it('acquits what the layers allow', () => {
    const text = `import 'node:fs'; import '@nestjs/common'; import '../session/session.js'; import './cookie.js';`;
    expect(wrongImports('lib/http/gate.ts', text, layers)).toEqual([]);
    expect(wrongImports('lib/index.ts', `export * from './nest/session.module.js';`, layers)).toEqual([]);
  });
});

function reachableFrom(layer: string, seen = new Set<string>()): Set<string> {
  for (const next of layers[layer] ?? []) {
    if (!seen.has(next)) reachableFrom(next, seen.add(next));
  }
  return seen;
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { read, root } from '../meta/project-files.js';
import { tsBlocks } from '../meta/ts-blocks.js';

const folder = join(root, '.build/testing-page');
const shown = tsBlocks(read('docs/testing.md')).filter(({ name }) => !name.startsWith('line-'));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { name, text } of shown) writeFileSync(join(folder, name), text);

describe('the page on testing', () => {
  it('shows an app and its tests', () => {
    expect(shown.map(({ name }) => name)).toEqual(['app.module.ts', 'account.spec.ts']);
  });
});

// Its tests are tests of this file from here on: a page that is wrong fails as any other test.
await import(pathToFileURL(join(folder, 'account.spec.ts')).href);

import { describe, expect, it } from '@jest/globals';
import { exportedFile } from '../../../lib/config/package-exports.js';

describe('the exports of a package', () => {
  it.each<[what: string, exports: unknown, subpath: string, file: string | undefined]>([
    ['a text is the package itself', './a.js', '.', './a.js'],
    ['a text has no subpaths', './a.js', './b', undefined],
    ['the table names each subpath', { '.': './a.js', './b': './c.js' }, './b', './c.js'],
    ['a subpath that is not there is not exported', { '.': './a.js' }, './a.js', undefined],
    ['import wins over require', { require: './a.cjs', import: './a.mjs' }, '.', './a.mjs'],
    ['the order of the file decides', { default: './a.js', import: './b.js' }, '.', './a.js'],
    ['require alone is not for us', { require: './a.cjs' }, '.', undefined],
    [
      'types and browser are not for us',
      { types: './a.d.ts', browser: './b.js', default: './c.js' },
      '.',
      './c.js',
    ],
    ['conditions nest', { '.': { node: { import: './n.mjs' }, default: './d.js' } }, '.', './n.mjs'],
    [
      'a branch that leads nowhere is passed',
      { '.': { node: { require: './n.cjs' }, default: './d.js' } },
      '.',
      './d.js',
    ],
    ['the first of a list that is sound', { '.': ['../x.js', './y.js'] }, '.', './y.js'],
    ['a star takes what is between', { './*': './dist/*.js' }, './deep/name', './dist/deep/name.js'],
    ['a star may stand in the middle', { './*/x.js': './dist/*/y.js' }, './a/x.js', './dist/a/y.js'],
    ['the longest prefix wins', { './*': './a/*.js', './sub/*': './b/*.js' }, './sub/x', './b/x.js'],
    ['the longer pattern wins then', { './*': './a/*', './*.js': './b/*.js' }, './x.js', './b/x.js'],
    ['null hides', { './*': './a/*.js', './internal/*': null }, './internal/x', undefined],
    ['a pattern is no subpath', { './*': './a/*.js' }, './*', './a/*.js'],
    ['a target may not climb', { '.': './../x.js' }, '.', undefined],
    ['a target may not hide that it climbs', { './*': './a/*' }, './../../x.js', undefined],
    ['a target may not lead to another package', './node_modules/x/index.js', '.', undefined],
    ['a target may not be absolute', '/etc/x.js', '.', undefined],
    ['a target may not be a package', 'other', '.', undefined],
    ['nothing of the prototype counts', {}, 'constructor', undefined],
    ['a number is nothing', 1, '.', undefined],
    ['an empty table is nothing', {}, '.', undefined],
  ])('%s', (_, exports, subpath, file) => {
    expect(exportedFile(exports, subpath)).toBe(file);
  });
});

import { describe, expect, it } from '@jest/globals';
import { filesUnder, read } from './project-files.js';

const SELF = 'test/meta/hygiene.spec.ts';
const TEXT = /\.(ts|mjs|cjs|js|json|md|yaml|yml|html|css|sql|lua)$|^\.ci\/run$/;

const files = filesUnder('.').filter(
  (path) => TEXT.test(path) && path !== SELF && path !== 'package-lock.json',
);
const code = files.filter((path) => /\.(ts|mjs|cjs|js)$/.test(path));

/** Each line of the files that the pattern finds, as `path:line`. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

describe('the files of this project', () => {
  it('name no folder of the machine that they were written on', () => {
    expect(linesWith(/\/(work|farm)\/|\/tmp\/|\.library\b|\/(home|root|Users)\//, files)).toEqual([]);
  });

  it('leave nothing for later', () => {
    expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b|not implemented/i, code)).toEqual([]);
  });

  it('silence no type error', () => {
    expect(linesWith(/@ts-(ignore|nocheck)/, code)).toEqual([]);
  });

  it('run every test', () => {
    const held = /\b(it|test|describe)\.(only|skip|todo|failing)\b|\b(xit|fit|xtest|xdescribe|fdescribe)\(/;
    expect(
      linesWith(
        held,
        code.filter((path) => path.startsWith('test/')),
      ),
    ).toEqual([]);
  });
});

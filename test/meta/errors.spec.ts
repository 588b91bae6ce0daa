import { describe, expect, it } from '@jest/globals';
import { SESSION_ERROR_CODES } from '../../lib/errors/codes.js';
import { filesEnding, read } from './project-files.js';

const failures = filesEnding('lib/errors', '.ts').map(read).join('\n');
const page = () => read('docs/errors.md');
const tests = filesEnding('test', '.spec.ts').filter((path) => !path.startsWith('test/meta/'));

describe.each(SESSION_ERROR_CODES)('the error code %s', (code) => {
  it('is thrown by exactly one function of lib/errors', () => {
    expect(failures.split(`code: '${code}'`)).toHaveLength(2);
  });

  it('has a heading in docs/errors.md', () => {
    expect(page()).toMatch(new RegExp(`^#+ .*\\b${code}\\b`, 'm'));
  });

  it('is expected by a test', () => {
    expect(tests.filter((path) => read(path).includes(code))).not.toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('has a heading for no other code', () => {
    const headings = [...page().matchAll(/^#+ .*\b([A-Z]+(?:_[A-Z]+)+)\b/gm)].map(([, code]) => code);
    expect(headings.filter((code) => !SESSION_ERROR_CODES.some((known) => known === code))).toEqual([]);
  });
});

describe('an error of this library', () => {
  it('is made in lib/errors only, one function a failure', () => {
    const elsewhere = filesEnding('lib', '.ts').filter(
      (path) => !path.startsWith('lib/errors/') && read(path).includes('new SessionError('),
    );
    expect(elsewhere).toEqual([]);
  });
});

import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { HiddenSecrets } from '../../../lib/credentials/hidden-secrets.js';
import { newNonce } from '../../../lib/credentials/nonce.js';

const [first, second] = [newNonce(), newNonce()];
const problems = (...secrets: unknown[]): string[] =>
  new HiddenSecrets(secrets).problems('a.keys').map(({ key, seen }) => `${key} is ${seen}`);

describe('hidden secrets', () => {
  it('are told to who asks, and are not the list that they came in', () => {
    const given = [first, second];
    const hidden = new HiddenSecrets(given);
    given.pop();
    expect(hidden.reveal()).toEqual([first, second]);
  });

  it('are not printed', () => {
    const hidden = new HiddenSecrets([first]);
    const printed = [inspect(hidden, { depth: 9, showHidden: true }), JSON.stringify(hidden)];
    expect(printed.join('\n')).not.toContain(first);
  });

  it('have no problem when each is random and comes once', () => {
    expect(problems(first, second)).toEqual([]);
  });

  it('have the problems of secrets that sign, by place and never by value', () => {
    expect(problems()).toEqual(['a.keys is an empty list']);
    expect(problems(first, 'keyboard cat', second, first, 7, undefined)).toEqual([
      'a.keys.1 is a string of 12 bytes, known from examples',
      'a.keys.3 is the same as keys.0',
      'a.keys.4 is a number',
      'a.keys.5 is a undefined',
    ]);
  });
});

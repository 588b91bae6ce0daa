import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { SigningKeys } from '../../../lib/credentials/signing-keys.js';

const [first, second] = [newNonce(), newNonce()];

describe('SigningKeys', () => {
  it('verifies its own MAC, and no other message with it', () => {
    const keys = new SigningKeys([first], 'test/1');
    const mac = keys.sign('message');
    expect(keys.verifies('message', mac)).toBe(true);
    expect(keys.verifies('Message', mac)).toBe(false);
  });

  it('signs with the first secret and verifies with each', () => {
    const both = new SigningKeys([first, second], 'test/1');
    const [alone, old] = [new SigningKeys([first], 'test/1'), new SigningKeys([second], 'test/1')];
    expect(both.sign('message')).toBe(alone.sign('message'));
    expect(both.verifies('message', old.sign('message'))).toBe(true);
    expect(alone.verifies('message', old.sign('message'))).toBe(false);
  });

  it('has other keys for every purpose and every version of a format', () => {
    const macs = ['session-token/1', 'session-token/2', 'csrf-token/1', ''].map((purpose) =>
      new SigningKeys([first], purpose).sign('message'),
    );
    expect(new Set(macs).size).toBe(macs.length);
  });

  it('shows no secret', () => {
    const keys = new SigningKeys([first], 'test/1');
    expect(inspect(keys, { showHidden: true, depth: 9 }) + JSON.stringify(keys)).not.toContain(first);
  });

  it('makes the same MAC in every release, so that an update logs nobody out', () => {
    const keys = new SigningKeys(['an unchanging secret of this test'], 'test/1');
    expect(keys.sign('message')).toBe('p-X2J7zMNC3Ng5H_0DqsDgmA_nqLKQG5HcQMeKWZbkY');
  });
});

import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../lib/credentials/nonce.js';
import { CONFIG_CHECKS } from '../../../lib/nest/config-checks.js';
import { errorOf, load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const [first, second] = [newNonce(), newNonce()];
const env = { KEY_1: first, KEY_2: second, WEAK: 'keyboard cat' };
const checks = CONFIG_CHECKS;
const yaml = (...lines: string[]): string => sound('  encryption:', ...lines.map((line) => `    ${line}`));
/** Options as JavaScript may give them. */
const inline = (options: object) => load({ options, checks });

describe('session.encryption.keys', () => {
  it('is a list of secrets, in the file or in forRoot()', async () => {
    const fromFile = await loadYaml(yaml("keys: ['${KEY_2}', '${KEY_1}']"), { env, checks });
    expect(fromFile.encryption?.keys.reveal()).toEqual([second, first]);
    const fromCode = await inline({ encryption: { keys: [first] } });
    expect(fromCode.encryption?.keys.reveal()).toEqual([first]);
  });

  it('is not there by default', async () => {
    expect(await load({ checks })).not.toHaveProperty('encryption');
    expect(await inline({ encryption: undefined })).not.toHaveProperty('encryption');
  });

  it('is not shown by settings that are printed', async () => {
    const settings = await inline({ encryption: { keys: [first] } });
    expect(inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings)).not.toContain(first);
  });

  it.each<[what: string, line: string, key: string, seen: RegExp]>([
    ['a weak key', "keys: ['${KEY_1}', '${WEAK}']", 'keys.1', /^a string of 12 characters from the env/],
    [
      'a weak key in the file',
      'keys: [keyboard cat]',
      'keys.0',
      /^a string of 12 bytes, known from examples/,
    ],
    [
      'a key twice',
      "keys: ['${KEY_1}', '${KEY_2}', '${KEY_1}']",
      'keys.2',
      /^a string of 43 characters from/,
    ],
    ['an empty variable', "keys: ['${NONE:-}']", 'keys.0', /^a string of 0 characters from the environment/],
    ['an unset variable', "keys: ['${NONE}']", 'keys.0', /^\$\{NONE\}, which is not set/],
    ['a number', 'keys: [7]', 'keys.0', /^a number/],
    ['no key', 'keys: []', 'keys', /^an empty list/],
    ['no list', "keys: '${KEY_1}'", 'keys', /^a string of 43 characters from the environment/],
    ['no list, in the file', `keys: ${first}`, 'keys', /^a string of 43 characters$/],
    ['nothing', 'keys:', 'keys', /^null/],
  ])('is refused at boot: %s', async (_, line, key, seen) => {
    const problems = await problemsIn(loadYaml(yaml(line), { env, checks }));
    expect(problems).toEqual([
      expect.objectContaining({
        key: `session.encryption.${key}`,
        file: 'serving.dev.yaml',
        seen: expect.stringMatching(seen),
      }),
    ]);
  });

  it.each<[what: string, options: object, key: string, seen: string]>([
    ['no keys', { encryption: {} }, 'encryption.keys', 'missing'],
    ['a variable that is not set', { encryption: { keys: undefined } }, 'encryption.keys', 'missing'],
    [
      'one that is, and one that is not',
      { encryption: { keys: [first, undefined] } },
      'encryption.keys.1',
      'a u',
    ],
    [
      'the same key twice',
      { encryption: { keys: [first, first] } },
      'encryption.keys.1',
      'the same as keys.0',
    ],
  ])('is never a silent fallback to plaintext: %s', async (_, options, key, seen) => {
    const problems = await problemsIn(inline(options));
    expect(problems).toEqual([expect.objectContaining({ file: 'forRoot()', key })]);
    expect(problems[0]?.seen).toContain(seen);
  });

  it('is missing where the file has nothing but its heading', async () => {
    const problems = await problemsIn(loadYaml(yaml(), { checks }));
    expect(problems).toMatchObject([
      { file: 'serving.dev.yaml', key: 'session.encryption.keys', seen: 'missing' },
    ]);
  });

  it('may come from forRoot() where the file has its heading', async () => {
    const settings = await loadYaml(yaml(), { options: { encryption: { keys: [first] } }, checks });
    expect(settings.encryption?.keys.reveal()).toEqual([first]);
  });

  it('joins the one error of the boot, which shows no key', async () => {
    const options = { encryption: { keys: [first, first.slice(0, 20), first] }, creation: 'lazy' };
    const error = await errorOf(inline(options));
    expect(error.message).toContain('3 problems');
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(first.slice(0, 20));
  });
});

import { describe, expect, it } from '@jest/globals';
import { seenValue, shapeOf } from '../../../lib/config/seen.js';
import { errorOf, loadYaml, sound } from '../../support/loading-settings.js';

const SECRET = 'hunter2';

/** One mistake each, made with the secret in hand. */
const MISTAKES: readonly (readonly [what: string, yaml: string])[] = [
  ['below the wrong key', `auth: { csrf_secret: ${SECRET} }`],
  ['below a key with a slip', `auth: { confg: { csrf_secret: ${SECRET} } }`],
  ['as the map itself', `auth: { config: ${SECRET} }`],
  ['as a list in the place of the map', `auth: { config: [${SECRET}] }`],
  ['as the section', `auth: ${SECRET}`],
  ['as the whole file', SECRET],
  ['as a tag, because the quotes are missing', `auth: { config: { secret: !${SECRET} x } }`],
  ['as an alias, because the quotes are missing', `auth: { config: { secret: *${SECRET} } }`],
  ['as an anchor twice', `auth: { config: { secret: &${SECRET} &${SECRET} x } }`],
  ['beside an open quote', `auth: { config: { secret: "${SECRET} } }`],
  ['beside a key twice', `auth: { config: { secret: ${SECRET}, secret: ${SECRET} } }`],
  ['in a reference that is malformed', `auth: { config: { secret: "\${A:${SECRET}" } }`],
  ['as a URL', sound(`  cookie: { domain: ["redis://u:${SECRET}@h"] }`, `  creation: redis://u:${SECRET}@h`)],
  ['in a long text', sound(`  creation: "${SECRET}${'x'.repeat(80)}"`)],
  ['as a file that was swapped', `${SECRET}\n---\n${SECRET}`],
];

describe.each(MISTAKES)('a secret %s', (_, yaml) => {
  it('is not in the error, nor in what hangs on it', async () => {
    const error = await errorOf(loadYaml(yaml));
    expect(error.message).toContain('The session configuration has');
    expect(`${error.message} ${error.stack ?? ''} ${JSON.stringify(error)}`).not.toContain(SECRET);
    expect(error.cause).toBeUndefined();
  });
});

describe('a value in an error', () => {
  it.each([
    'config.x',
    'auth.config',
    'session.config.a.b',
    'secret',
    'a.csrfSecret',
    'dbPassword',
    'x.token',
  ])('is hidden below %s', (key) => {
    expect(seenValue(key, SECRET)).toBe('a string of 7 characters');
    expect(seenValue(key, 1234)).toBe('a number');
  });

  it('is shown elsewhere, which is how the tests above can fail', () => {
    expect(seenValue('session.creation', SECRET)).toContain(SECRET);
  });

  it.each<[unknown, string]>([
    [undefined, 'missing'],
    [null, 'null'],
    [true, 'a boolean'],
    [1n, 'a bigint'],
    [Symbol('x'), 'a symbol'],
    [class Named {}, 'a function named Named'],
    [
      (
        () => () =>
          undefined
      )(),
      'a function',
    ],
    [[], 'a list of 0 items'],
    [{ a: 1 }, 'a map of 1 key'],
    ['ab', 'a string of 2 characters'],
  ])('has the shape of %p', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });
});

import { describe, expect, it } from '@jest/globals';
import { interpolate } from '../../../lib/config/interpolate.js';
import { errorOf, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const ENV = { HOST: 'redis.local', PORT: '6379', EMPTY: '', TRICKY: '${HOST} $& $1' };

describe('interpolate', () => {
  it.each([
    ['no variable', 'no variable'],
    ['${HOST}', 'redis.local'],
    ['redis://${HOST}:${PORT}/0', 'redis://redis.local:6379/0'],
    ['${MISSING:-fallback}', 'fallback'],
    ['${EMPTY:-fallback}', 'fallback'],
    ['${HOST:-fallback}', 'redis.local'],
    ['${MISSING:-}', ''],
    ['${EMPTY}', ''],
    ['${MISSING:-a:-b}', 'a:-b'],
    ['$${HOST}', '${HOST}'],
    ['$$${HOST}', '$${HOST}'],
    ['$HOST $ {HOST} }', '$HOST $ {HOST} }'],
    ['${TRICKY}', '${HOST} $& $1'],
  ])('makes %j into %j', (text, filled) => {
    expect(interpolate(text, ENV)).toMatchObject({ text: filled });
  });

  it.each(['${', '${}', '${1A}', '${A-b}', '${HOST', '${a b}', '${${HOST}}', 'x ${HOST} ${'])(
    'finds that %j is no reference',
    (text) => {
      expect(interpolate(text, ENV)).toEqual({ malformed: true });
    },
  );

  it('names every variable that is missing', () => {
    expect(interpolate('${A}${B:-b}${C}', {})).toEqual({ missing: ['A', 'C'] });
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes no variable from the prototype: %s', (name) => {
    expect(interpolate(`\${${name}}`, {})).toEqual({ missing: [name] });
  });

  it('tells whether a variable was used', () => {
    expect(interpolate('$${A}', {})).toMatchObject({ used: false });
    expect(interpolate('${A:-b}', {})).toMatchObject({ used: true });
  });
});

describe('variables in the file', () => {
  it('fill texts at any depth, and nothing else', async () => {
    const yaml = sound('  config: { "${HOST}": 1, hosts: [{ at: "${HOST}:${PORT}" }] }');
    expect((await loadYaml(yaml, { env: ENV })).config).toEqual({
      '${HOST}': 1,
      hosts: [{ at: 'redis.local:6379' }],
    });
  });

  it('leave the sections of others alone', async () => {
    expect((await loadYaml('templates: "${NOBODY_SET_THIS}"')).file).toBe('serving.dev.yaml');
  });

  it('may stand for a flag, a number, a size or a duration', async () => {
    const yaml = sound(
      '  cookie: { secure: "${SECURE}", http_only: "${HTTP_ONLY:-true}" }',
      '  limits: { keys: "${KEYS}", size: "${SIZE}" }',
      '  timeouts: { idle: "${IDLE:-10m}" }',
      '  config: { flag: "${SECURE}", count: "${KEYS}" }',
    );
    const env = { SECURE: 'false', KEYS: '12', SIZE: '1024' };
    expect(await loadYaml(yaml, { env })).toMatchObject({
      cookie: { secure: false, httpOnly: true },
      limits: { keys: 12, size: 1024 },
      timeouts: { idle: 600_000 },
      config: { flag: 'false', count: '12' },
    });
  });

  it('name key and variable when they are missing', async () => {
    const yaml = sound('  config: { url: "redis://${USER_NAME}:${PASS_WORD}@x" }', '  creation: "${"');
    expect(await problemsIn(loadYaml(yaml))).toMatchObject([
      { key: 'session.config.url', seen: '${USER_NAME}, which is not set' },
      { key: 'session.config.url', fix: 'set PASS_WORD in the environment, or write ${PASS_WORD:-default}' },
      { key: 'session.creation', wanted: '${NAME} or ${NAME:-default}' },
    ]);
  });

  it('are never shown, wherever they end up', async () => {
    const value = 'hunter2-of-the-environment';
    const yaml = sound(
      '  session_type: "./${LEAK}:Class"',
      '  cookie: { name: ["${LEAK}"], domain: "${LEAK}", same_site: "${LEAK}", secure: "${LEAK}" }',
      '  timeouts: { idle: "${LEAK}" }',
      '  limits: { keys: "${LEAK}", size: "${LEAK}" }',
      '  creation: "${LEAK}"',
      '  bogus: "${LEAK}"',
    );
    const check = (): never[] => [
      { key: 'session.cookie.domain', seen: `"${value}"`, wanted: 'x', fix: 'y' } as never,
    ];
    const error = await errorOf(loadYaml(yaml, { env: { LEAK: value }, checks: [check] }));
    expect(error.message).toContain('has 10 problems');
    expect(error.message).toContain('session.creation is a string of 26 characters from the environment');
    expect(error.message).not.toContain('hunter2');
  });
});

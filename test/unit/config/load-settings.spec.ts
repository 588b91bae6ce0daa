import { describe, expect, it } from '@jest/globals';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { HMACCredentialProvider } from '../../../lib/credentials/hmac-credential-provider.js';
import { invalidConfiguration } from '../../../lib/errors/configuration.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { sessionPolicy } from '../../../lib/nest/session-policy.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { Session } from '../../../lib/session/session.js';
import { errorOf, load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';
import { folderWith } from '../../support/temporary-folder.js';

describe('the settings without a file and without options', () => {
  it('are the defaults, every one of them resolved', async () => {
    const cwd = folderWith({});
    expect(await load({ cwd })).toEqual({
      environment: 'dev',
      directory: cwd,
      sessionProvider: InMemorySessionProvider,
      sessionType: Session,
      config: {},
      cookie: {
        name: 'serving_session',
        path: '/',
        secure: 'auto',
        httpOnly: true,
        sameSite: 'lax',
        prefix: 'none',
        partitioned: false,
        persistent: false,
      },
      timeouts: { idle: 30 * 60_000, absolute: 12 * 60 * 60_000, touch: 60_000, renewal: 0, grace: 30_000 },
      principals: { whenFull: 'evict-oldest', unannounced: 'auto', deviceFacts: false },
      clearSiteData: 'none',
      webSocket: { check: 750, revalidate: 0, touch: true },
      limits: { size: 32 * 1024, keys: 256, depth: 32 },
      creation: 'first-write',
      expressCompatible: false,
      operationTimeout: 2000,
      interceptor: 'marked',
      auth: { credentialProvider: RandomCredentialProvider, config: {} },
    });
  });

  it('are the policy that the core has by itself', async () => {
    expect(sessionPolicy(await load({}))).toEqual(DEFAULT_POLICY);
  });
});

describe("the chapter's file", () => {
  const yaml = `
environment: dev
templates: { directory: templates, no_such_key: 1 }
routers: [{ routes: [{ method: GET, path: /, handler: app.views.home }] }]
csrf: &anything [1, 2]
other: *anything
auth:
  credential_provider: serving.auth:HMACCredentialProvider
  config:
    csrf_secret: \${CSRF_SECRET}
    csrf_ttl_seconds: 3600
session:
  session_provider: serving.session:InMemorySessionProvider
  session_type: serving.session:Session
  config:
    # nothing yet
`;

  it('works unchanged, sections of others included', async () => {
    const settings = await loadYaml(yaml, { env: { CSRF_SECRET: 'x'.repeat(40) } });
    expect(settings).toMatchObject({
      file: 'serving.dev.yaml',
      sessionProvider: InMemorySessionProvider,
      sessionType: Session,
      config: {},
      auth: {
        credentialProvider: HMACCredentialProvider,
        config: { csrf_secret: 'x'.repeat(40), csrf_ttl_seconds: 3600 },
      },
    });
  });

  it('may have no session section at all', async () => {
    expect((await loadYaml('templates: {}')).sessionProvider).toBe(InMemorySessionProvider);
    expect((await loadYaml('# nothing')).file).toBe('serving.dev.yaml');
  });

  it.each(['session:', 'session: {}', 'session: { creation: eager }'])(
    'has to name the provider when it has one: %s',
    async (text) => {
      expect(await problemsIn(loadYaml(text))).toMatchObject([
        { file: 'serving.dev.yaml', key: 'session.session_provider', seen: 'missing' },
      ]);
    },
  );

  it('may leave the provider to forRoot()', async () => {
    const options = { sessionProvider: InMemorySessionProvider };
    expect((await loadYaml('session: { creation: eager }', { options })).creation).toBe('eager');
  });
});

describe('the order of the layers', () => {
  const yaml = sound(
    '  cookie: { name: from-file, path: /app }',
    '  timeouts: { idle: 20m }',
    '  config: { a: 1, b: 2 }',
  );

  it('is defaults, file, options, decided leaf by leaf', async () => {
    const options = { cookie: { name: 'from-options' }, timeouts: { absolute: '8h' as const, touch: 5000 } };
    const settings = await loadYaml(yaml, { options });
    expect(settings.cookie).toMatchObject({ name: 'from-options', path: '/app', sameSite: 'lax' });
    expect(settings.timeouts).toEqual({
      idle: 20 * 60_000,
      absolute: 8 * 60 * 60_000,
      touch: 5000,
      renewal: 0,
      grace: 30_000,
    });
  });

  it('replaces a config map as a whole', async () => {
    expect((await loadYaml(yaml, { options: { config: { c: 3 } } })).config).toEqual({ c: 3 });
  });

  it('does not count undefined as given', async () => {
    const options = { cookie: { name: undefined, path: undefined }, timeouts: undefined, config: undefined };
    const settings = await loadYaml(yaml, { options });
    expect(settings.cookie).toMatchObject({ name: 'from-file', path: '/app' });
    expect(settings).toMatchObject({ timeouts: { idle: 20 * 60_000 }, config: { a: 1, b: 2 } });
  });

  it('reads the options and changes nothing in them', async () => {
    const client = Object.freeze({ connected: true });
    const options = Object.freeze({
      cookie: Object.freeze({ name: 'mine' }),
      config: Object.freeze({ client }),
      auth: Object.freeze({ config: undefined }),
    });
    const before = structuredClone(options);
    const settings = await loadYaml(yaml, { options });
    expect(options).toEqual(before);
    expect(settings.config['client']).toBe(client);
  });

  it('shares nothing between two loads', async () => {
    const [one, other] = [await load({}), await load({})];
    expect(one.cookie).not.toBe(other.cookie);
    expect(Object.isFrozen(one.config)).toBe(true);
  });
});

describe('the name of the cookie', () => {
  class AdminSession extends Session {
    static override readonly cookieName = 'admin_session';
  }

  it('is up to the class of the session', async () => {
    expect((await load({ options: { sessionType: AdminSession } })).cookie.name).toBe('admin_session');
  });

  it('is what the configuration says, if it does', async () => {
    const options = { sessionType: AdminSession, cookie: { name: 'sid' } };
    expect((await load({ options })).cookie.name).toBe('sid');
  });
});

describe('an implementation in forRoot()', () => {
  it('may be an object that is ready to work', async () => {
    const sessionProvider = new InMemorySessionProvider();
    expect((await load({ options: { sessionProvider } })).sessionProvider).toBe(sessionProvider);
  });

  it('is refused without its methods, which are named', async () => {
    class Half {
      getSession(): void {}
      createSession(): void {}
    }
    const options = { sessionProvider: Half as never, auth: { credentialProvider: {} as never } };
    expect(await problemsIn(load({ options }))).toMatchObject([
      {
        key: 'sessionProvider',
        seen: 'a function named Half',
        fix: 'add what it lacks: updateSession, invalidateSession',
      },
      { key: 'auth.credentialProvider', fix: 'add what it lacks: createSessionToken, validateSessionToken' },
    ]);
  });

  it('is refused when it is no class', async () => {
    const options = { sessionType: (() => 1) as never };
    expect(await problemsIn(load({ options }))).toMatchObject([
      { file: 'forRoot()', key: 'sessionType', fix: 'this is not a class; export one' },
    ]);
  });
});

describe('the one error', () => {
  const yaml = `
session:
  session_provider: serving.session:InMemorySessionProvder
  sesion_type: x
  cookie: { secure: no, same_site: Lax, sameSite: lax }
  timeouts: { idle: 1800 }
  limits: { size: huge, keys: 1.5 }
  config: { url: '\${REDIS_URL}' }
auth: 5
`;

  it('lists every problem of every source, with file, key, seen, wanted and fix', async () => {
    const options = { creation: 'lazy' as never, timeouts: { idle: -1 }, tiemouts: {} };
    const error = await errorOf(loadYaml(yaml, { options }));
    expect(error).toHaveProperty('code', 'CONFIG_INVALID');
    expect(error.message.split('\n').map((line) => line.split(' is ')[0])).toEqual([
      'The session configuration has 13 problems:',
      '- serving.dev.yaml: session.config.url',
      '- serving.dev.yaml: session.sesion_type',
      '- serving.dev.yaml: session.cookie.sameSite',
      '- serving.dev.yaml: session.cookie.secure',
      '- serving.dev.yaml: session.cookie.same_site',
      '- serving.dev.yaml: session.timeouts.idle',
      '- serving.dev.yaml: session.limits.size',
      '- serving.dev.yaml: session.limits.keys',
      '- serving.dev.yaml: auth',
      '- forRoot(): tiemouts',
      '- forRoot(): timeouts.idle',
      '- forRoot(): creation',
      '- serving.dev.yaml: session.session_provider',
      expect.stringMatching(/^ Fix: correct each line above/),
    ]);
    expect(error.message).toContain(
      'session.cookie.secure is "no", wanted true | false | auto → write false; YAML 1.2 reads this as a text',
    );
    expect(error.message).toContain('session.timeouts.idle is 1800, wanted');
    expect(error.message).toContain('→ write a unit, such as 30m');
    expect(error.message).toContain('did you mean serving.session:InMemorySessionProvider?');
  });

  it('goes on with the options of forRoot() when the file is no YAML', async () => {
    const problems = await problemsIn(loadYaml('session: [', { options: { creation: 'lazy' as never } }));
    expect(problems).toMatchObject([{ key: 'line 1, column 11' }, { file: 'forRoot()', key: 'creation' }]);
  });

  it('never holds a line that a key or a value forged', async () => {
    const forging = sound('  "x\\n- forged: y": 1', '  creation: "\\u001b[31m\\n- forged"');
    const { message } = await errorOf(loadYaml(forging));
    expect(message.split('\n')).toHaveLength(4);
    expect(message).not.toContain('\u001b');
  });
});

describe('contradictions', () => {
  it.each<[string, string, string, string]>([
    [
      'touch as long as idle',
      '{ idle: 10m, touch: 10m }',
      'session.timeouts.touch',
      'less than session.timeouts.idle, 10m',
    ],
    [
      'idle longer than absolute',
      '{ idle: 13h }',
      'session.timeouts.idle',
      'at most session.timeouts.absolute, 12h',
    ],
  ])('%s', async (_, timeouts, key, wanted) => {
    expect(await problemsIn(loadYaml(sound(`  timeouts: ${timeouts}`)))).toMatchObject([
      { file: 'serving.dev.yaml', key, wanted },
    ]);
  });

  it('are found across the layers, and blamed in the words of the layer that decided', async () => {
    const options = { timeouts: { touch: '25m' as const } };
    expect(await problemsIn(loadYaml(sound('  timeouts: { idle: 20m }'), { options }))).toMatchObject([
      { file: 'forRoot()', key: 'timeouts.touch', seen: '25m' },
    ]);
  });

  it('are not read into an option that is wrong anyway', async () => {
    const yaml = sound('  timeouts: { idle: 60, touch: 45m }');
    expect(await problemsIn(loadYaml(yaml))).toMatchObject([{ key: 'session.timeouts.idle' }]);
  });

  it('count auth.config without a provider: whoever forgets it believes that tokens are signed', async () => {
    expect(await problemsIn(loadYaml('auth: { config: { secret: abc } }'))).toMatchObject([
      { file: 'serving.dev.yaml', key: 'auth.credential_provider', seen: 'missing beside auth.config' },
    ]);
  });
});

describe('a check of the caller', () => {
  const wrong = { key: 'session.cookie.domain', seen: '"a"', wanted: 'none', fix: 'remove it' };

  it('may return problems, which join the others and get their place', async () => {
    const yaml = sound('  cookie: { domain: a }', '  bogus: 1');
    const problems = await problemsIn(loadYaml(yaml, { checks: [() => [wrong]] }));
    expect(problems).toMatchObject([{ key: 'session.bogus' }, { ...wrong, file: 'serving.dev.yaml' }]);
  });

  it('may throw them', async () => {
    const check = (): never => {
      throw invalidConfiguration([wrong]);
    };
    const options = { cookie: { domain: 'a' } };
    expect(await problemsIn(load({ options, checks: [check] }))).toEqual([
      { ...wrong, file: 'forRoot()', key: 'cookie.domain' },
    ]);
  });

  it('may fail in its own way, which is not hidden', async () => {
    const check = (): never => {
      throw new RangeError('a bug');
    };
    await expect(load({ checks: [check] })).rejects.toThrow(RangeError);
  });

  it('knows which options are sound', async () => {
    const seen: unknown[] = [];
    const yaml = sound('  cookie: { bogus: 1 }', '  limits: { keys: 0 }', 'auth: { config: { s: "${NO}" } }');
    const check = (_: unknown, isSound: (option: string) => boolean): [] => {
      seen.push(...['cookie', 'cookie.name', 'limits', 'limits.size', 'auth', 'timeouts'].map(isSound));
      return [];
    };
    await problemsIn(loadYaml(yaml, { checks: [check] }));
    expect(seen).toEqual([false, true, false, true, false, true]);
  });
});

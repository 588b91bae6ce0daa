import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/config/environment.js';
import { load, problemsIn, sound } from '../../support/loading-settings.js';
import { folderWith } from '../../support/temporary-folder.js';

const named = (name: string): string => sound(`  cookie: { name: ${name} }`);
const FILES = {
  'serving.dev.yaml': named('dev'),
  'serving.prod.yaml': named('prod'),
  'serving.staging.yaml': named('staging'),
  'conf/serving.dev.yaml': named('below'),
  'conf/other.yml': named('other'),
};

describe('the file of the environment', () => {
  it.each<[string, Environment, string]>([
    ['dev when nothing is said', {}, 'dev'],
    ['prod when NODE_ENV is production', { NODE_ENV: 'production' }, 'prod'],
    ['dev when NODE_ENV is anything else', { NODE_ENV: 'staging' }, 'dev'],
    ['what SERV_ENVIRONMENT says', { SERV_ENVIRONMENT: 'staging', NODE_ENV: 'production' }, 'staging'],
    ['dev when SERV_ENVIRONMENT is empty', { SERV_ENVIRONMENT: '' }, 'dev'],
  ])('is %s', async (_, env, name) => {
    const settings = await load({ files: FILES, env });
    expect(settings).toMatchObject({ environment: name, cookie: { name }, file: `serving.${name}.yaml` });
  });

  it('is what the option says before all of them', async () => {
    const env = { SERV_ENVIRONMENT: 'prod' };
    const settings = await load({ files: FILES, env, options: { environment: 'staging' } });
    expect(settings.environment).toBe('staging');
  });

  it('is looked for in the directory of the options', async () => {
    const cwd = folderWith(FILES);
    const settings = await load({ cwd, options: { directory: 'conf' } });
    expect(settings).toMatchObject({
      directory: join(cwd, 'conf'),
      file: join('conf', 'serving.dev.yaml'),
      cookie: { name: 'below' },
    });
  });

  it('gives way to a file that is named', async () => {
    const cwd = folderWith(FILES);
    const one = await load({ cwd, options: { configFile: 'conf/other.yml', environment: 'prod' } });
    expect(one).toMatchObject({
      cookie: { name: 'other' },
      directory: join(cwd, 'conf'),
      environment: 'prod',
    });
    const other = await load({ cwd: folderWith({}), options: { configFile: join(cwd, 'conf/other.yml') } });
    expect(other).toMatchObject({ cookie: { name: 'other' }, file: join(cwd, 'conf/other.yml') });
  });

  it.each(['../prod', 'a/b', 'a\\b', '', '.', '..', 'a\nb', 'a'.repeat(65), 'ä'])(
    'never has the name %j, which could lead elsewhere',
    async (environment) => {
      await expect(problemsIn(load({ options: { environment } }))).resolves.toMatchObject([
        { file: 'forRoot()', key: 'environment' },
      ]);
    },
  );

  it('is held to the same rule when the variable names it', async () => {
    expect(await problemsIn(load({ env: { SERV_ENVIRONMENT: '../x' } }))).toMatchObject([
      { file: 'the process environment', key: 'SERV_ENVIRONMENT' },
    ]);
  });
});

describe('a missing file', () => {
  it('means the defaults when nobody asked for one', async () => {
    expect((await load({})).file).toBeUndefined();
    expect((await load({ env: { NODE_ENV: 'production' } })).environment).toBe('prod');
  });

  it.each<[string, Parameters<typeof load>[0], string]>([
    ['configFile', { options: { configFile: 'mine.yaml' } }, 'mine.yaml'],
    ['environment', { options: { environment: 'test' } }, 'serving.test.yaml'],
    ['SERV_ENVIRONMENT', { env: { SERV_ENVIRONMENT: 'test' } }, 'serving.test.yaml'],
    ['a folder that is a file', { options: { configFile: 'serving.dev.yaml/x.yaml' } }, 'x.yaml'],
  ])('is an error with its path when somebody did: %s', async (_, given, name) => {
    const cwd = folderWith(FILES);
    const [problem] = await problemsIn(load({ cwd, ...given }));
    expect(problem).toMatchObject({ key: 'the file', seen: 'missing' });
    expect(basename(problem?.file ?? '')).toBe(name);
    expect(problem?.wanted).toContain(cwd);
  });
});

describe('a file that cannot be read', () => {
  it('is an error, not a missing file: a folder', async () => {
    const cwd = folderWith({});
    mkdirSync(join(cwd, 'serving.dev.yaml'));
    expect(await problemsIn(load({ cwd }))).toMatchObject([{ seen: 'not a regular file' }]);
  });

  it('is an error, not a missing file: too long', async () => {
    const files = { 'serving.dev.yaml': `# ${' '.repeat(256 * 1024)}` };
    expect(await problemsIn(load({ files }))).toMatchObject([{ wanted: 'at most 262144 bytes' }]);
  });

  it('is an error, not a missing file: an impossible path', async () => {
    expect(await problemsIn(load({ options: { configFile: 'x'.repeat(300) } }))).toMatchObject([
      { seen: 'not readable (ENAMETOOLONG)' },
    ]);
    expect(await problemsIn(load({ options: { configFile: 'x\0y' } }))).toMatchObject([
      { seen: 'not readable (ERR_INVALID_ARG_VALUE)' },
    ]);
  });

  it('is an error, not a missing file: not UTF-8', async () => {
    const files = { 'serving.dev.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff]) as never };
    expect(await problemsIn(load({ files }))).toMatchObject([{ seen: 'not UTF-8' }]);
  });
});

describe('the look-up options', () => {
  it('are checked for callers without a type checker', async () => {
    const options = { environment: 1, configFile: '', directory: {}, importer: 'x' } as never;
    expect(await problemsIn(load({ options }))).toMatchObject([
      { key: 'environment', seen: 'a number' },
      { key: 'configFile', seen: 'a string of 0 characters' },
      { key: 'directory', seen: 'a map of 0 keys' },
      { key: 'importer', seen: 'a string of 1 character' },
    ]);
  });
});

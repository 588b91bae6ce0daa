import { describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../../../lib/config/merged-options.js';
import { OPTION_TABLE, optionRow } from '../../../lib/config/option-table.js';
import { isConfidential } from '../../../lib/config/seen.js';
import type { ExpressSessionOptions, SessionOptions, ValueOptions } from '../../../lib/config/settings.js';
import { read } from '../../meta/project-files.js';
import { load, loadYaml, problemsIn, sound } from '../../support/loading-settings.js';

const camel = (yaml: string): string =>
  yaml.replace(/^session\./, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Every leaf of the options, so that the compiler tells when the table lacks one of them or has one too many. */
const LEAVES: Readonly<Record<Leaf<Omit<SessionOptions, keyof Lookup>>, true>> = {
  sessionProvider: true,
  sessionType: true,
  config: true,
  'cookie.name': true,
  'cookie.path': true,
  'cookie.domain': true,
  'cookie.secure': true,
  'cookie.httpOnly': true,
  'cookie.sameSite': true,
  'cookie.prefix': true,
  'cookie.partitioned': true,
  'cookie.priority': true,
  'cookie.persistent': true,
  'cookie.migrateFrom': true,
  'timeouts.preset': true,
  'timeouts.idle': true,
  'timeouts.absolute': true,
  'timeouts.touch': true,
  'timeouts.renewal': true,
  'timeouts.grace': true,
  'principals.limit': true,
  'principals.whenFull': true,
  'principals.userKey': true,
  'principals.unannounced': true,
  'principals.deviceFacts': true,
  clearSiteData: true,
  'webSocket.revalidate': true,
  'webSocket.touch': true,
  'webSocket.check': true,
  'limits.size': true,
  'limits.keys': true,
  'limits.depth': true,
  codec: true,
  'encryption.keys': true,
  creation: true,
  expressCompatible: true,
  'migrateFrom.expressSession.cookie': true,
  'migrateFrom.expressSession.secrets': true,
  'migrateFrom.expressSession.store': true,
  operationTimeout: true,
  interceptor: true,
  doctor: true,
  'auth.credentialProvider': true,
  'auth.config': true,
};

type Lookup = Pick<
  SessionOptions,
  'environment' | 'configFile' | 'directory' | 'importer' | keyof ValueOptions
>;
type Group = 'cookie' | 'timeouts' | 'principals' | 'webSocket' | 'limits' | 'encryption' | 'auth';
type Leaf<T> = {
  [K in keyof T & string]: K extends 'migrateFrom'
    ? `migrateFrom.expressSession.${Extract<keyof ExpressSessionOptions, string>}`
    : K extends Group
      ? `${K}.${keyof NonNullable<T[K]> & string}`
      : K;
}[keyof T & string];

/** What the example of an option names. */
const FORMER_STORE = { 'former-store.mjs': 'export class FormerStore { get() {} set() {} destroy() {} }' };

describe('the table of options', () => {
  it('is the whole tree of the options of forRoot(), once', () => {
    expect(OPTION_TABLE.map(({ option }) => option).toSorted()).toEqual(Object.keys(LEAVES).toSorted());
  });

  it('gives the docs as many rows as it has', () => {
    const rows = read('docs/configuration.md').match(/^\| `(?:session|auth)\./gm);
    expect(rows).toHaveLength(OPTION_TABLE.length);
  });
});

describe.each(OPTION_TABLE)('the option $yaml', (row) => {
  it('has the same name in both places, but for case and the level session', () => {
    expect(row.option).toBe(camel(row.yaml));
    expect(optionRow(row.yaml)).toBe(row);
    expect(optionRow(row.option)).toBe(row);
  });

  it('has a default that it would accept, or says what stands in for it', () => {
    expect(DEFAULTS.values.has(row.option)).toBe(row.otherwise === undefined);
    expect(DEFAULTS.problems).toEqual([]);
  });

  it('has its default in the docs', () => {
    const line = read('docs/configuration.md')
      .split('\n')
      .find((each) => each.startsWith(`| \`${row.yaml}\``));
    expect(line).toContain(row.otherwise ?? `\`${JSON.stringify(row.default).replaceAll('"', '')}\``);
    expect(line).toContain(row.extremes);
  });

  it('is refused as what it is not, a list or a map, with a fix that is accepted', async () => {
    const [section = '', ...path] = row.yaml.split('.');
    const nested = (value: string): string =>
      [...path].reverse().reduce((below, key) => `{ ${key}: ${below} }`, value);
    const file = (value: string): string =>
      section === 'session' && row.option !== 'sessionProvider'
        ? sound(
            ...nested(value)
              .slice(2, -2)
              .split('\n')
              .map((line) => `  ${line}`),
          )
        : `${section}: ${nested(value)}`;
    const [wrong, seen] =
      row.option === 'encryption.keys' ? ['{ a: 1 }', 'a map of 1 key'] : ['[1]', 'a list of 1 item'];
    const [problem] = await problemsIn(loadYaml(file(wrong)));
    expect(problem).toMatchObject({ key: row.yaml, seen, wanted: row.kind.wanted });
    const corrected = file(problem?.fix.replace('write ', '') ?? '');
    const files = { ...FORMER_STORE, 'serving.dev.yaml': corrected };
    await load({ files, env: { SESSION_KEY: 'a', FORMER_SECRET: 'a' } });
  });

  it('may be shown, unless it holds secrets or is a map of the class', () => {
    expect(isConfidential(row.yaml)).toBe(/config$|^encryption\.|secrets$/.test(row.option));
  });
});

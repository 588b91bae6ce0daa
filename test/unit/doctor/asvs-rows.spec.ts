import { describe, expect, it } from '@jest/globals';
import type { SessionSettings } from '../../../lib/config/settings.js';
import type { AsvsRow, DoctorFacts, Verdict } from '../../../lib/doctor/asvs/asvs-row.js';
import { ASVS_ROWS } from '../../../lib/doctor/asvs/asvs-rows.js';
import { doctorFacts, unmetRows } from '../../../lib/doctor/diagnose.js';
import { BUILT_IN_CLASSES } from '../../../lib/nest/built-in-classes.js';
import { CONFIG_CHECKS, REQUIRED_METHODS } from '../../../lib/nest/config-checks.js';
import { load, loadYaml } from '../../support/loading-settings.js';
import { NaiveSessionProvider } from '../../support/naive-session-provider.js';
import { yamlOf } from '../../support/yaml-of.js';

const PROVIDER = { 'session.session_provider': 'serving.session:InMemorySessionProvider' };

const REDIS = { 'session.config': '{ url: "redis://localhost:6379" }' };

/** Of each row that settings decide: options that break it, beside those that a fix is put on. */
const BROKEN: readonly (readonly [id: string, options: Readonly<Record<string, string>>])[] = [
  ['3.3.1', {}],
  ['3.3.1', { 'session.cookie.prefix': 'http' }],
  ['3.3.1', { 'session.cookie.domain': 'example.com' }],
  ['3.3.1', { 'session.cookie.path': '/app' }],
  ['3.3.2', { 'session.cookie.same_site': 'none' }],
  ['3.3.3', {}],
  ['3.3.3', { 'session.cookie.prefix': 'secure' }],
  ['3.3.4', { 'session.cookie.http_only': 'false' }],
  ['7.1.2', {}],
  ['7.2.4', { 'session.principals.user_key': 'userId', 'session.principals.unannounced': 'warn' }],
  ['7.2.4', { 'session.principals.user_key': 'userId', 'session.principals.unannounced': 'off' }],
  ['7.3.1', { 'session.timeouts.preset': 'aal1' }],
  ['7.3.1', { 'session.timeouts.idle': '10m', 'session.timeouts.absolute': '10m' }],
  ['7.3.2', { 'session.timeouts.absolute': '31d' }],
  ['7.6.2', { 'session.creation': 'eager' }],
];

/** The rows that a provider decides. */
const OF_THE_PROVIDER = ['7.4.1', '7.4.2', '7.4.3', '7.4.5', '7.5.2'];

const settingsOf = (options: Readonly<Record<string, string>>): Promise<SessionSettings> =>
  loadYaml(yamlOf({ ...PROVIDER, ...options }), {
    builtIns: BUILT_IN_CLASSES,
    required: REQUIRED_METHODS,
    checks: CONFIG_CHECKS,
  });

function rowOf(id: string): AsvsRow {
  const row = ASVS_ROWS.find((each) => each.id === id);
  if (!row) throw new Error(`there is no row ${id}`);
  return row;
}

const judged = (id: string, settings: SessionSettings): Verdict => rowOf(id).judge(doctorFacts(settings));

describe('the rows of ASVS 5.0', () => {
  it('are those of V3.3 and V7, each once, with the levels of the standard', () => {
    const levels = ASVS_ROWS.map(({ id, level }) => `${id}:${level}`).join(' ');
    expect(levels).toBe(
      '3.3.1:1 3.3.2:2 3.3.3:2 3.3.4:2 3.3.5:3 7.1.1:2 7.1.2:2 7.1.3:2 7.2.1:1 7.2.2:1 7.2.3:1 7.2.4:1 ' +
        '7.3.1:2 7.3.2:2 7.4.1:1 7.4.2:1 7.4.3:2 7.4.4:2 7.4.5:2 7.5.1:2 7.5.2:2 7.5.3:3 7.6.1:2 7.6.2:2',
    );
  });

  it.each(BROKEN)('%s is unmet by %j, and no longer with its fix', async (id, options) => {
    const verdict = judged(id, await settingsOf(options));
    expect(verdict).toMatchObject({ status: 'unmet', because: expect.stringMatching(/\.$/) });
    const { key, value } = verdict.status === 'unmet' ? verdict.fix : { key: '', value: '' };
    const repaired = judged(id, await settingsOf({ ...options, [key]: value }));
    expect(repaired.status).not.toBe('unmet');
  });

  it.each(OF_THE_PROVIDER)(
    '%s is unmet by a provider of four methods, and no longer with its fix',
    async (id) => {
      const verdict = judged(id, await load({ options: { sessionProvider: NaiveSessionProvider } }));
      expect(verdict).toMatchObject({
        status: 'unmet',
        because: expect.stringContaining('NaiveSessionProvider'),
      });
      const fix = verdict.status === 'unmet' ? verdict.fix : { key: '', value: '' };
      expect(judged(id, await settingsOf({ [fix.key]: fix.value, ...REDIS })).status).not.toBe('unmet');
    },
  );

  it('can all be met as far as settings go', async () => {
    const settings = await settingsOf({
      'session.cookie.prefix': 'host-http',
      'session.principals.limit': '5',
    });
    expect(unmetRows(doctorFacts(settings))).toEqual([]);
  });

  it('leaves to the app what no setting decides', async () => {
    const settings = await settingsOf({
      'session.cookie.prefix': 'host-http',
      'session.principals.limit': '5',
    });
    const left = ASVS_ROWS.filter((row) => row.judge(doctorFacts(settings)).status === 'app');
    expect(left.map(({ id }) => id)).toEqual(
      '7.1.1 7.1.3 7.2.4 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.5.3 7.6.1 7.6.2'.split(' '),
    );
  });
});

describe('a judgement', () => {
  it.each([
    [{ 'session.timeouts.preset': 'aal3' }, 'AAL3'],
    [{ 'session.timeouts.preset': 'aal2' }, 'AAL2'],
    [{ 'session.timeouts.preset': 'aal1' }, 'AAL1'],
    [{ 'session.timeouts.idle': '16m', 'session.timeouts.absolute': '12h' }, 'AAL2'],
    [{ 'session.timeouts.idle': '2h', 'session.timeouts.absolute': '24h' }, 'AAL1'],
    [{ 'session.timeouts.absolute': '90d' }, 'say why'],
  ])('compares the timeouts with those of NIST: %j', async (options, expected) => {
    expect(judged('7.1.1', await settingsOf(options))).toEqual({
      status: 'app',
      task: expect.stringContaining(expected),
    });
  });

  it('trusts a login to an app that names no key of its user, and to nobody where it is watched', async () => {
    expect(judged('7.2.4', await settingsOf({})).status).toBe('app');
    expect(judged('7.2.4', await settingsOf({ 'session.principals.user_key': 'userId' })).status).toBe('met');
  });

  it('leaves a cookie that is shared by intent to the app', async () => {
    const shared = await settingsOf({ 'session.cookie.domain': 'example.com' });
    expect(judged('3.3.3', shared)).toMatchObject({
      status: 'app',
      task: expect.stringContaining('example.com'),
    });
    const embedded = await settingsOf({
      'session.cookie.same_site': 'none',
      'session.cookie.partitioned': 'true',
    });
    expect(judged('3.3.2', embedded).status).toBe('app');
  });

  it.each(['7.2.2', '7.2.3'])('of tokens (%s) is for the app when it makes them itself', async (id) => {
    const own = { createSessionToken: () => 'x', validateSessionToken: () => true };
    expect(judged(id, await load({ options: { auth: { credentialProvider: own } } })).status).toBe('app');
    expect(judged(id, await settingsOf({})).status).toBe('met');
  });

  it('of a limit is for the app with a provider that cannot count', async () => {
    const settings = await load({ options: { sessionProvider: NaiveSessionProvider } });
    expect(judged('7.1.2', settings).status).toBe('app');
  });

  it('says something in one sentence, whatever the facts are', async () => {
    const all: DoctorFacts[] = await Promise.all(
      [...BROKEN.map(([, options]) => options), {}].map(async (options) =>
        doctorFacts(await settingsOf(options)),
      ),
    );
    for (const verdict of all.flatMap((facts) => ASVS_ROWS.map((row) => row.judge(facts)))) {
      expect(verdict.status === 'app' ? verdict.task : verdict.because).toMatch(/^[A-Z_0-9].*\.$/);
    }
  });
});

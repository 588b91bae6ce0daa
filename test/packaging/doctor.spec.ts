import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ASVS_ROWS } from '../../lib/doctor/asvs/asvs-rows.js';
import { OPTION_TABLE } from '../../lib/config/option-table.js';
import { read, root } from '../meta/project-files.js';
import { type Files, folderWith } from '../support/temporary-folder.js';
import { yamlOf } from '../support/yaml-of.js';

const CANARY = 'canary-q8Zk3vLw9Xz4Rt7Yb1Nc6Mf3Hs5Pd0Ga';
const MEMORY = { 'session.session_provider': 'serving.session:InMemorySessionProvider' };

const GOOD = yamlOf({ ...MEMORY, 'session.cookie.prefix': 'host-http', 'session.principals.limit': '5' });
const LAX = yamlOf(MEMORY);
const INSECURE = yamlOf({
  ...MEMORY,
  'session.cookie.http_only': 'false',
  'session.cookie.same_site': 'none',
  'session.timeouts.absolute': '90d',
  'session.creation': 'eager',
  'auth.credential_provider': 'serving.auth:HMACCredentialProvider',
  'auth.config': `{ secret: ${CANARY} }`,
  'session.encryption.keys': "['${CANARY_KEY}']",
});

/** The command as the package installs it. */
const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
const command = join(root, bin['nestjs-sessions'] ?? '');

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command in a folder of these files, in the environment of a user's shell. */
function doctor(files: Files, words: readonly string[] = [], input = ''): Promise<Run> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [command, 'doctor', ...words], {
    cwd: folderWith(files),
    env: { PATH, CANARY_KEY: `${CANARY}-in-the-environment` },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

interface AsvsEntry {
  readonly id: string;
  readonly status: string;
  readonly fix?: { readonly key: string; readonly value: string };
}

const json = ({ stdout }: Run) => JSON.parse(stdout) as Record<string, unknown> & { asvs: AsvsEntry[] };

const unmetIn = (run: Run) => json(run).asvs.filter(({ status }) => status === 'unmet');

const longest = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

describe('nestjs-sessions doctor', () => {
  it('ends with 0 when all is met, and says what is left to the app', async () => {
    const { code, stdout, stderr } = await doctor({ 'serving.dev.yaml': GOOD });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('ASVS 5.0: not met (0)');
    expect(stdout).toMatch(/session\.cookie\.prefix +serving\.dev\.yaml +host-http\n/);
    expect(stdout).toMatch(/session\.timeouts\.idle +default +30m\n/);
    expect(stdout).toContain('InMemorySessionProvider holds every law.');
    expect(stdout).toContain('forRoot()');
    expect(longest(stdout)).toBeLessThanOrEqual(110);
    expect(stdout).not.toContain('\u001b');
  });

  it('ends with 1 when something is unmet, with the line that mends it', async () => {
    const { code, stdout } = await doctor({ 'serving.dev.yaml': LAX });
    expect(code).toBe(1);
    expect(stdout).toContain('→ session.cookie.prefix: host-http');
    expect(stdout).toContain('→ session.principals.limit: 10');
  });

  it('ends with 2 and the text of the boot when the configuration is wrong', async () => {
    const files = {
      'serving.dev.yaml': yamlOf({ ...MEMORY, 'session.cookie.secure': 'no', 'session.nonsense': '1' }),
    };
    const { code, stdout, stderr } = await doctor(files);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('The session configuration has 2 problems');
    expect(stderr).toContain('serving.dev.yaml: session.cookie.secure is "no"');
    const machine = await doctor(files, ['--json']);
    expect(machine.code).toBe(2);
    expect(json(machine)).toMatchObject({ version: 1, error: { code: 'CONFIG_INVALID' } });
  });

  it('prints everything for programs, in the shape that the docs promise', async () => {
    const run = await doctor({ 'serving.prod.yaml': GOOD }, ['--json', '--environment', 'prod']);
    const report = json(run);
    expect(Object.keys(report)).toEqual([
      'version',
      'environment',
      'file',
      'policy',
      'provider',
      'store',
      'asvs',
    ]);
    expect(report).toMatchObject({
      version: 1,
      environment: 'prod',
      file: 'serving.prod.yaml',
      provider: { name: 'InMemorySessionProvider', lawsNotHeld: null },
      store: null,
    });
    expect(report['policy']).toHaveLength(OPTION_TABLE.length);
    expect(report.asvs.map(({ id }) => id)).toEqual(ASVS_ROWS.map(({ id }) => id));
    const ofEach = { met: 'because', app: 'task', unmet: 'because,fix' };
    for (const entry of report.asvs) {
      const own = ofEach[entry.status as keyof typeof ofEach];
      expect(Object.keys(entry).join()).toBe(`id,level,requirement,provided,status,${own},tests`);
    }
  });

  it('finds each row that a careless configuration breaks', async () => {
    const run = await doctor({ 'serving.dev.yaml': INSECURE }, ['--json']);
    expect(run.code).toBe(1);
    expect(unmetIn(run).map(({ id }) => id)).toEqual('3.3.1 3.3.2 3.3.3 3.3.4 7.1.2 7.3.2 7.6.2'.split(' '));
  });

  it('needs no more than the lines that it prints', async () => {
    const lines = unmetIn(await doctor({ 'serving.dev.yaml': LAX }, ['--json'])).map(({ fix }) => [
      fix?.key ?? '',
      fix?.value ?? '',
    ]);
    const mended = yamlOf({ ...MEMORY, ...(Object.fromEntries(lines) as Record<string, string>) });
    expect(await doctor({ 'serving.dev.yaml': mended })).toMatchObject({ code: 0 });
  });

  it.each([[[]], [['--json']], [['--connect']], [['--request', '-', '--json']], [['--request', '-']]])(
    'prints no secret, token or value: %j',
    async (words) => {
      const heads = `GET /?x=${CANARY} HTTP/1.1\nHost: a.example\nCookie: serving_session=${CANARY}; x=${CANARY}\nAuthorization: ${CANARY}\n\nHTTP/1.1 200 OK\nSet-Cookie: serving_session=${CANARY}`;
      const { stdout, stderr } = await doctor({ 'serving.dev.yaml': INSECURE }, words, heads);
      expect(stdout).not.toBe('');
      expect(stdout + stderr).not.toContain(CANARY);
    },
  );

  it('prints no secret of a configuration that is wrong', async () => {
    const wrong = yamlOf({
      ...MEMORY,
      'auth.config': `{ secret: ${CANARY} }`,
      'session.cookie.secure': 'no',
    });
    const { stderr } = await doctor({ 'serving.dev.yaml': wrong });
    expect(stderr).toContain('auth.credential_provider');
    expect(stderr).not.toContain(CANARY);
  });

  it('reads a class of the app, and names the laws that it cannot hold', async () => {
    const provider = `export class Mine { createSession() {} updateSession() {} getSession() {} invalidateSession() {} constructor() { throw new Error('opened'); } }`;
    const files = {
      'mine.mjs': provider,
      'serving.dev.yaml': yamlOf({ 'session.session_provider': './mine.mjs:Mine' }),
    };
    const run = await doctor(files, ['--json']);
    expect(json(run)['provider']).toMatchObject({ name: 'Mine', lawsNotHeld: expect.stringContaining('I1') });
    expect(unmetIn(run).map(({ id }) => id)).toContain('7.4.1');
  });

  it('asks the store only when it is told to', async () => {
    const provider = `export class Sick { createSession() {} updateSession() {} getSession() {} invalidateSession() {}
      health() { throw new Error('no answer from redis://user:${CANARY}@host'); } }`;
    const files = {
      'sick.mjs': provider,
      'serving.dev.yaml': yamlOf({ 'session.session_provider': './sick.mjs:Sick' }),
    };
    expect(json(await doctor(files, ['--json']))['store']).toBeNull();
    const asked = await doctor(files, ['--json', '--connect']);
    expect(asked.code).toBe(1);
    expect(json(asked)['store']).toEqual({ ok: false, says: 'The store does not answer (Error).' });
    expect(asked.stdout + asked.stderr).not.toContain(CANARY);
    const well = await doctor({ 'serving.dev.yaml': GOOD }, ['--json', '--connect']);
    expect(well.code).toBe(0);
    expect(json(well)['store']).toEqual({ ok: true, says: 'The store answers.' });
  });

  it('is not stopped by session.doctor: fail, which is for the boot', async () => {
    const files = { 'serving.dev.yaml': yamlOf({ ...MEMORY, 'session.doctor': 'fail' }) };
    expect(await doctor(files)).toMatchObject({ code: 1, stderr: '' });
  });

  it('says how it goes when it is called wrongly', async () => {
    expect(await doctor({}, ['--nonsense'])).toMatchObject({ code: 2, stdout: '' });
    expect(await doctor({}, ['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect(await doctor({}, ['--request', 'no-such-file'])).toMatchObject({ code: 2 });
  });
});

describe('nestjs-sessions doctor --request', () => {
  const HEADS = 'POST /login HTTP/1.1\nHost: app.example.com\nX-Forwarded-Proto: https';

  it('says why no cookie was kept, for people', async () => {
    const { code, stdout } = await doctor(
      { 'serving.dev.yaml': GOOD },
      ['--request', '-', '--written'],
      HEADS,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warns {2}proxy-trust /m);
    expect(stdout).toContain("app.set('trust proxy', 1)");
    expect(longest(stdout)).toBeLessThanOrEqual(110);
  });

  it('says it for programs, and ends with 1 when something stops the cookie', async () => {
    const words = ['--json', '--url', 'http://192.168.1.5:3000/', '--written'];
    const run = await doctor({ 'serving.dev.yaml': GOOD }, words);
    expect(run.code).toBe(1);
    expect(json(run)).toMatchObject({
      version: 1,
      premises: { cookie: '__Host-Http-serving_session', reached: 'http', host: '192.168.1.5' },
    });
    const findings = json(run)['findings'] as { name: string; verdict: string; fix: string | null }[];
    expect(findings.filter(({ verdict }) => verdict === 'stops')).toEqual([
      expect.objectContaining({ name: 'secure', fix: expect.stringContaining('HTTPS') }),
    ]);
    expect(findings.every((finding) => Object.keys(finding).join() === 'name,verdict,says,fix')).toBe(true);
  });
});

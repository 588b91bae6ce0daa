import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesEnding, filesUnder, read } from '../meta/project-files.js';
import { curlRequest } from '../support/curl-line.js';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'quickstart-'));
const run = promisify(execFile);

let sample: StartedSample;

beforeAll(async () => {
  sample = await StartedSample.start('00-quickstart', /(curl .*\s+){3}$/);
}, 3 * MINUTE_MS);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sample?.stop();
});

/** Runs a line in a shell, as a reader does who pastes it. */
const byShell = async (line: string): Promise<unknown> => {
  const { stdout } = await run('sh', ['-c', line], { cwd: folder });
  return JSON.parse(stdout) as unknown;
};

/** Does the same without curl. */
function byFetch(): (line: string) => Promise<unknown> {
  const visitor = new Visitor('');
  return async (line) => {
    const { url, init } = curlRequest(line);
    const response = await fetch(url, { ...init, headers: { ...init.headers, cookie: visitor.cookie } });
    for (const cookie of response.headers.getSetCookie()) visitor.receive(cookie);
    return response.json();
  };
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) process.stderr.write('There is no curl: the printed lines are tried without it only.\n');

describe('the samples', () => {
  it('are each started by a test, by the command of its README', () => {
    const specs = filesEnding('test/samples', '.spec.ts').map(read).join('\n');
    const samples = new Set(filesUnder('sample').map((path) => path.split('/')[1] ?? ''));
    expect([...samples].filter((name) => !specs.includes(`'${name}'`))).toEqual([]);
  });
});

describe('the lines that the quickstart prints', () => {
  it.each([['any client', byFetch()] as const, ...(hasCurl ? [['curl', byShell] as const] : [])])(
    'work as printed, for %s',
    async (_, ask) => {
      const answers: unknown[] = [];
      for (const line of sample.curlLines) answers.push(await ask(line));
      expect(answers).toEqual([{ user: 'Ada' }, { user: 'Ada' }, { visits: 1 }]);
    },
  );
});

describe('the page of the quickstart', () => {
  it('is sent without a cookie, and caches may keep it', async () => {
    const { status, body, headers, cookies } = await new Visitor(sample.url).get('/');
    expect([status, cookies, headers.get('vary'), headers.get('cache-control')]).toEqual([
      200,
      [],
      null,
      null,
    ]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(body).toContain('<h1>One session');
  });

  it('asks for no route that does not answer', async () => {
    const visitor = new Visitor(sample.url);
    const page = String((await visitor.get('/')).body);
    const posted = [...page.matchAll(/data-post="([^"]+)"/g)].map(([, path = '']) => path);
    const shown = /\[('\/[^\]]+)\]/.exec(page)?.[1]?.match(/\/\w+/g) ?? [];
    const answers = [
      ...(await Promise.all(shown.map((path) => visitor.get(path)))),
      ...(await Promise.all(
        posted.map((path) => visitor.post(path, { name: 'Ada', item: 'tea', beta: true })),
      )),
    ];
    expect([shown.length, posted.length]).toEqual([4, 7]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
  });
});

describe('the session of the quickstart', () => {
  it('turns a feature on under its key and under its path', async () => {
    const visitor = new Visitor(sample.url);
    expect((await visitor.get('/feature')).body).toEqual({ beta: false });
    await visitor.post('/feature', { beta: true });
    expect((await visitor.get('/feature')).body).toEqual({ beta: true });
    expect((await visitor.get('/feature/flag')).body).toEqual({ beta: true });
  });

  it('counts every one of ten requests at once', async () => {
    const visitor = new Visitor(sample.url);
    await visitor.post('/counter');
    await Promise.all(Array.from({ length: 10 }, () => visitor.post('/counter')));
    expect((await visitor.get('/counter')).body).toEqual({ visits: 11 });
  });

  it('takes the cart through a login, with another token, and nothing else', async () => {
    const visitor = new Visitor(sample.url);
    await visitor.post('/cart', { item: 'tea' });
    await visitor.post('/counter');
    const before = visitor.cookie;
    await visitor.post('/login', { name: 'Ada' });
    expect(visitor.cookie).not.toBe(before);
    expect((await visitor.post('/cart', { item: 'milk' })).body).toEqual({ cart: ['tea', 'milk'] });
    expect((await visitor.get('/counter')).body).toEqual({ visits: 0 });
  });

  it('is over after a logout', async () => {
    const visitor = new Visitor(sample.url);
    await visitor.post('/login', { name: 'Ada' });
    const copy = visitor.twin();
    expect((await visitor.post('/logout')).body).toEqual({ user: null });
    expect(visitor.cookie).toBe('');
    expect((await copy.get('/whoami')).body).toEqual({ user: null });
  });

  it('answers bad input with 400 and a sentence', async () => {
    const visitor = new Visitor(sample.url);
    expect(await visitor.post('/login', {})).toMatchObject({
      status: 400,
      body: { message: 'Who are you? Send a name.' },
    });
    expect(await visitor.post('/cart', { item: ' ' })).toMatchObject({
      status: 400,
      body: { message: 'Send an item.' },
    });
  });
});

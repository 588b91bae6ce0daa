import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { curlRequest } from '../support/curl-line.js';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;

interface Device {
  readonly here: boolean;
  readonly device: { readonly name: string; readonly addressPrefix: string } | null;
}

describe('the login sample', () => {
  let sample: StartedSample;

  beforeAll(async () => {
    sample = await StartedSample.start('04-login', /(curl .*\s+){5}$/);
  }, 3 * MINUTE_MS);

  afterAll(() => sample?.stop());

  /** What the form of the page sends. */
  const send = (path: string, form: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(sample.url + path, { method: 'POST', body: new URLSearchParams(form) });

  it('prints lines that work as printed: the other device is out afterwards', async () => {
    const jars = new Map<string, Visitor>();
    const answers: { status: number; body: unknown }[] = [];
    for (const line of sample.curlLines) {
      const jar = / -[bc] (\S+)/.exec(line)?.[1] ?? '';
      const visitor = jars.get(jar) ?? new Visitor('');
      jars.set(jar, visitor);
      const { url, init } = curlRequest(line);
      const headers: Record<string, string> = { cookie: visitor.cookie };
      if (init.body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
      const response = await fetch(url, { ...init, headers });
      for (const cookie of response.headers.getSetCookie()) visitor.receive(cookie);
      answers.push({ status: response.status, body: await response.json() });
    }
    const bodies = answers.map(({ body }) => body);
    expect(bodies.slice(0, 2)).toEqual([{ user: 'Ada' }, { user: 'Ada' }]);
    const devices = bodies[2] as Device[];
    expect(devices.map(({ here, device }) => [device?.name, here])).toEqual([
      ['phone', false],
      ['laptop', true],
    ]);
    expect(devices[0]?.device?.addressPrefix).toMatch(/\/(24|48)$/);
    expect(bodies[3]).toEqual({ ended: 1 });
    expect(answers[4]).toMatchObject({ status: 401, body: { code: 'SESSION_REQUIRED' } });
  });

  it('shows a form that logs in, and no cookie before', async () => {
    const page = await fetch(sample.url);
    expect(page.headers.getSetCookie()).toEqual([]);
    const names = [...(await page.text()).matchAll(/ name="(\w+)"/g)].map(([, name]) => name);
    expect(names).toEqual(['name', 'password', 'remember']);
    const form = { name: 'Grace', password: 'lovelace' };
    const [plain, remembered] = [
      await send('/login', form),
      await send('/login', { ...form, remember: 'yes' }),
    ];
    expect(plain.headers.getSetCookie().join()).not.toContain('Max-Age');
    expect(remembered.headers.getSetCookie().join()).toContain('; Max-Age=2592000');
  });

  it('lets nobody in with another password, and says so', async () => {
    const answer = await send('/login', { name: 'Ada', password: 'guess' });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
    expect(await answer.json()).toMatchObject({ message: 'Try Ada and lovelace.' });
    expect((await send('/devices/sign-out-others', {})).status).toBe(401);
  });
});

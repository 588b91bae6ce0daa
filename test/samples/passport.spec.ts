import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { curlRequest } from '../support/curl-line.js';
import { StartedSample } from '../support/started-sample.js';
import { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;

describe('the passport sample', () => {
  let sample: StartedSample;

  beforeAll(async () => {
    sample = await StartedSample.start('05-passport', /(curl .*\s+){4}$/);
  }, 3 * MINUTE_MS);

  afterAll(() => sample?.stop());

  it('prints lines that work as printed: a message that is shown once, and a user who is remembered', async () => {
    const visitor = new Visitor('');
    const answers: unknown[] = [];
    for (const line of sample.curlLines) {
      const { url, init } = curlRequest(line);
      const headers: Record<string, string> = { cookie: visitor.cookie };
      if (init.body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
      const response = await fetch(url, { ...init, headers });
      for (const cookie of response.headers.getSetCookie()) visitor.receive(cookie);
      answers.push([response.status, await response.json()]);
    }
    expect(answers).toEqual([
      [401, { message: 'Unauthorized', statusCode: 401 }],
      [200, { user: null, errors: ['Try lovelace.'] }],
      [201, { user: { name: 'Ada' } }],
      [200, { user: { name: 'Ada' }, errors: [] }],
    ]);
  });
});

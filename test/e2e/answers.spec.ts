import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Exchange } from '../support/exchange.js';
import { PLATFORMS } from '../support/running-app.js';
import { EveryAnswer, kindsOf, prepareAnswers } from './fixtures/every-answer.js';

describe.each(PLATFORMS)('every kind of answer on %s', (name, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, { controllers: [EveryAnswer], main: prepareAnswers });
  });

  afterAll(() => app.close());

  describe.each(kindsOf(name))('$kind', ({ path, method = 'GET', status, body, headers = {} }) => {
    it('is not seen, not even its head, before the commit is acknowledged', async () => {
      const before = app.provider.commits;
      const gate = app.store.hold('create');
      const exchange = new Exchange(app.url + path, { method });
      await gate.reached;
      for (let trip = 0; trip < 3; trip++) await app.visitor().get('/outside');
      expect(exchange.bytes).toBe(0);
      gate.open();
      const received = await exchange.received;
      expect(received.status).toBe(status);
      expect(received.headers).toMatchObject(headers);
      if (body !== '*') expect(received.body.toString()).toBe(body);
      const [cookie = ''] =
        received.headers['set-cookie']?.filter((line) => line.startsWith('serving_')) ?? [];
      expect(app.stored(cookie.split(';')[0] ?? '')).toEqual({ marked: true });
      expect(app.provider.commits - before).toBe(1);
    });
  });
});

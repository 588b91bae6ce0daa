import { Controller, Get, Injectable, type NestInterceptor, Res, UseInterceptors } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { concat, defer, ignoreElements } from 'rxjs';
import { Gate } from '../../lib/testing/gate.js';
import { TestApp } from '../support/app.js';
import { Exchange } from '../support/exchange.js';
import { PLATFORMS } from '../support/running-app.js';
import { EveryAnswer, kindsOf, prepareAnswers } from './fixtures/every-answer.js';

const OURS = /^serving_session=/;

describe.each(PLATFORMS)('an answer on %s', (name, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, { controllers: [EveryAnswer], main: prepareAnswers });
  });

  afterEach(() => app.store.heal());

  afterAll(() => app.close());

  describe.each(kindsOf(name))('by $kind', (kind) => {
    const { path, method = 'GET', status, body, headers = {}, cookies = [] } = kind;

    it('is seen when the commit is acknowledged and no byte earlier', async () => {
      const gate = app.store.hold('create');
      const exchange = new Exchange(app.url + path, { method });
      await gate.reached;
      for (let trip = 0; trip < 3; trip++) await app.visitor().get('/outside');
      expect(exchange.bytes).toBe(0);
      gate.open();
      const received = await exchange.received;
      expect(received).toMatchObject({ status, headers });
      if (body !== '*') expect(received.body.toString()).toBe(body);
    });

    it('takes one commit, and brings the cookie beside those of the handler', async () => {
      const before = app.provider.commits;
      const received = await new Exchange(app.url + path, { method }).received;
      const lines = received.headers['set-cookie'] ?? [];
      const [ours = '', ...more] = lines.filter((line) => OURS.test(line));
      expect(lines.filter((line) => !OURS.test(line))).toEqual(cookies);
      expect(more).toEqual([]);
      expect(app.stored(ours.split(';')[0] ?? '')).toEqual({ marked: true });
      expect(app.provider.commits - before).toBe(1);
    });

    it('gives way to a 503 when the commit fails, of which nothing tells of success', async () => {
      app.store.every('create', 'fail-before');
      const received = await new Exchange(app.url + path, { method }).received;
      expect(received.status).toBe(503);
      expect(received.headers).not.toHaveProperty('set-cookie');
      expect(received.headers).not.toHaveProperty('location');
      expect(received.headers['content-type']).toMatch(/^application\/json/);
      if (method !== 'HEAD') {
        expect(JSON.parse(received.body.toString())).toEqual({
          statusCode: 503,
          message: 'Service Unavailable',
        });
      }
    });
  });
});

describe('an answer without a gate', () => {
  const commit = new Gate();

  /** How a session is usually saved in Nest: by an interceptor, when the handler is done. */
  @Injectable()
  class SavingInterceptor implements NestInterceptor {
    intercept(...[, next]: Parameters<NestInterceptor['intercept']>) {
      return concat(next.handle(), defer(() => commit.pass()).pipe(ignoreElements()));
    }
  }

  @Controller()
  @UseInterceptors(SavingInterceptor)
  class Saving {
    @Get('send')
    send(@Res() response: Response): void {
      response.send('sent');
    }
  }

  it.each(PLATFORMS)('is seen before its commit on %s', async (_, platform) => {
    await TestApp.within(platform, { controllers: [Saving], session: null }, async (app) => {
      const exchange = new Exchange(`${app.url}/send`);
      await commit.reached;
      expect((await exchange.received).body.toString()).toBe('sent');
      commit.open();
    });
  });
});

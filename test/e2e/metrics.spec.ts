import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { splitToken } from '../../lib/credentials/token.js';
import { SESSION_ERROR_CODES, SessionEvents, SessionModule } from '../../lib/index.js';
import { SessionMetricsModule } from '../../lib/adapters/opentelemetry/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { tokenIn } from '../support/attacked.js';
import { RecordedMetrics } from '../support/recorded-metrics.js';
import { PLATFORMS } from '../support/running-app.js';
import { Account, accounts, meOf } from './fixtures/account.js';

const MINUTE_MS = 60_000;
const CANARY = 'canary-4f1d';

/** The app on a store that a test can break, and the one line that this is about. */
const metered: AppParts = { controllers: [Account], imports: [SessionMetricsModule] };

describe.each(PLATFORMS)('SessionMetricsModule on %s', (_, platform) => {
  let recorded: RecordedMetrics;

  beforeEach(() => {
    recorded = new RecordedMetrics();
  });

  afterEach(() => recorded.stop());

  const within = (work: (app: TestApp) => Promise<void>, parts: AppParts = metered): Promise<void> =>
    TestApp.within(platform, parts, work);

  it('counts a login and a logout, each once, and measures what they cost', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      await visitor.post('/logout');
      expect(await recorded.points()).toEqual({
        'nestjs.session.events{created}': 1,
        'nestjs.session.events{login}': 1,
        'nestjs.session.events{invalidated}': 1,
        'nestjs.session.created': 1,
        'nestjs.session.ended{invalidated}': 1,
        'nestjs.session.active': 0,
        'nestjs.session.store.operation.duration{create}': 1,
        'nestjs.session.store.operation.duration{load}': 1,
        'nestjs.session.store.operation.duration{end}': 1,
      });
    }));

  it('counts a conflict once, inside one commit', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/values', { cart: 1 });
      const { id = '' } = splitToken(tokenIn(visitor.cookie)) ?? {};
      app.store.answer('replace', app.provider.memory.load(id));
      await visitor.post('/values', { cart: 2 });
      expect(await recorded.points()).toMatchObject({
        'nestjs.session.commit.conflicts': 1,
        'nestjs.session.events{conflict}': 1,
        'nestjs.session.active': 1,
        'nestjs.session.store.operation.duration{commit}': 1,
      });
    }));

  it('counts an outage once, by operation and error', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      app.store.next('load', 'fail-before');
      expect((await visitor.get('/me')).status).toBe(503);
      expect(await recorded.points()).toMatchObject({
        'nestjs.session.store.outages{load,STORE_FAILED}': 1,
        'nestjs.session.events{outage}': 1,
        'nestjs.session.store.operation.duration{load,STORE_FAILED}': 1,
      });
    }));

  it('counts a token that came back, once, as the end of its session', () =>
    within(async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const thief = visitor.twin();
      await visitor.post('/rotate');
      await visitor.get('/me');
      app.clock.advance(5 * MINUTE_MS);
      expect((await meOf(thief)).principal).toBeNull();
      await thief.get('/me');
      expect(await recorded.points()).toMatchObject({
        'nestjs.session.ended{reuse-detected}': 1,
        'nestjs.session.events{reuse-detected}': 1,
        'nestjs.session.active': 0,
      });
    }));

  it('counts what a limit evicts, what is revoked, and which timeout ended a session', () =>
    within(
      async (app) => {
        const [first, second] = [app.visitor(), app.visitor()];
        await first.post('/login/ada');
        await second.post('/login/ada');
        await second.post('/sign-out-everywhere');
        await first.post('/login/bob');
        app.clock.advance(30 * MINUTE_MS);
        await first.get('/me');
        expect(await recorded.points()).toMatchObject({
          'nestjs.session.created': 3,
          'nestjs.session.ended{evicted}': 1,
          'nestjs.session.ended{revoked}': 1,
          'nestjs.session.ended{idle}': 1,
          'nestjs.session.active': 0,
        });
      },
      accounts({ principals: { limit: 1, whenFull: 'evict-oldest' } }, { imports: [SessionMetricsModule] }),
    ));

  it('counts once in a process with two apps, and in an app with two kinds of session', () =>
    within((one) =>
      within(
        async (other) => {
          await one.visitor().post('/login/ada');
          await other.visitor().post('/login/bob');
          expect(other.nest.get(SessionEvents, { strict: false, each: true })).toHaveLength(2);
          expect(await recorded.points()).toMatchObject({
            'nestjs.session.created': 2,
            'nestjs.session.events{login}': 2,
            'nestjs.session.store.operation.duration{create}': 2,
          });
        },
        {
          ...metered,
          imports: [
            SessionMetricsModule,
            SessionModule.forRoot({ directory: import.meta.dirname, cookie: { name: 'second' } }),
          ],
        },
      ),
    ));

  it('names its metrics, and their units, as the conventions of OpenTelemetry ask for', () =>
    within(async (app) => {
      await app.visitor().post('/login/ada');
      const units = await recorded.units();
      for (const name of Object.keys(units)) expect(name).toMatch(/^nestjs\.session(\.[a-z]+)+$/);
      expect(units).toMatchObject({
        'nestjs.session.created': '{session}',
        'nestjs.session.active': '{session}',
        'nestjs.session.events': '{event}',
        'nestjs.session.store.operation.duration': 's',
      });
    }));

  it('does nothing, and harms nothing, where no SDK is registered', async () => {
    metrics.disable();
    await within(async (app) => {
      const visitor = app.visitor();
      expect((await visitor.post('/login/ada')).status).toBe(201);
      expect((await meOf(visitor)).principal).toBe('ada');
    });
  });

  it('is what makes an app measure its store: without it nobody listens', () =>
    within(
      async (app) => {
        expect(app.nest.get(SessionEvents).operations.listening).toBe(false);
        await app.visitor().post('/login/ada');
        expect(await recorded.points()).toEqual({});
      },
      { controllers: [Account] },
    ));

  describe('the attributes', () => {
    const BOUNDED = /^([a-z]+(-[a-z]+)*|end all|end everything)$/;
    const codes: readonly unknown[] = [...SESSION_ERROR_CODES, '_OTHER'];

    /** Does everything that an app does, in the name of canaries; answers the secrets and names that nobody may find. */
    async function live(app: TestApp): Promise<readonly string[]> {
      const visitor = app.visitor();
      await visitor.post('/values', { [`key-${CANARY}`]: CANARY });
      await visitor.post(`/login/${CANARY}`, { keep: 'all' });
      const { id } = await meOf(visitor);
      const thief = visitor.twin();
      await visitor.post('/rotate');
      app.store.next('replace', 'fail-before');
      await visitor.post('/values', { cart: CANARY });
      await visitor.get('/me');
      app.clock.advance(5 * MINUTE_MS);
      await thief.get('/me');
      const { id: tokenId, secret } = splitToken(tokenIn(thief.cookie)) ?? {};
      return [CANARY, id, tokenId, secret].map(String);
    }

    it('hold no id, no principal, no token and no value; each is one of few words', () =>
      within(async (app) => {
        const canaries = await live(app);
        const text = await recorded.text();
        for (const canary of canaries) {
          expect(canary.length).toBeGreaterThan(9);
          expect(text).not.toContain(canary);
        }
        const values = await recorded.attributeValues();
        expect(values.length).toBeGreaterThan(10);
        for (const value of values.filter((each) => !codes.includes(each))) expect(value).toMatch(BOUNDED);
      }));

    it('would show them to this test, if the fields of events were attributes', () =>
      within(async (app) => {
        const counter = metrics.getMeter('twin').createCounter('leaky');
        app.nest.get(SessionEvents).subscribe((event) => counter.add(1, { ...event } as never));
        const [canary = '', id = ''] = await live(app);
        const text = await recorded.text();
        expect([text.includes(canary), text.includes(id)]).toEqual([true, true]);
      }));
  });
});

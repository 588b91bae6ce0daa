import { Controller, Param, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, Sessions, type SessionSummary } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { TestApp } from '../support/app.js';
import { tokenIn } from '../support/attacked.js';
import { settled } from '../support/deferred.js';
import { describeOnEachStore } from '../support/each-store.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

const MINUTE_MS = 60_000;
const LIMIT = 10;
const LOGINS = 50;
const AT_ONCE = 20;

/** What a slow request may do to a session that ends while it runs. */
const WRITES = {
  set: (session) => session.set('late', true),
  increment: (session) => session.increment('count'),
  rotate: (session) => session.rotate(),
  regenerate: (session) => session.regenerate({ keep: 'all' }),
  login: (session) => session.login('somebody-else'),
  timeouts: (session) => session.setTimeouts({ idle: '2h' }),
} satisfies Record<string, (session: Session) => unknown>;

let pause = new Gate();

@Controller('slow')
class Slow {
  @Post(':how')
  async write(@CurrentSession() session: Session, @Param('how') how: keyof typeof WRITES): Promise<void> {
    await pause.pass();
    await WRITES[how](session);
  }
}

/** The apps of one test, all over one store. */
class Apps {
  private constructor(private readonly apps: readonly TestApp[]) {}

  static async start(count: number, start: () => Promise<TestApp>): Promise<Apps> {
    const apps: TestApp[] = [];
    while (apps.length < count) apps.push(await start());
    return new Apps(apps);
  }

  /** One of them, in turns. */
  at(turn: number): TestApp {
    const app = this.apps[turn % this.apps.length];
    if (!app) throw new Error('There is at least one app.');
    return app;
  }

  advance(ms: number): void {
    for (const { clock } of this.apps) clock.advance(ms);
  }

  listOf(user: string, turn = 0): Promise<readonly SessionSummary[]> {
    return this.at(turn).nest.get(Sessions).list(user);
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.close();
  }
}

/** Looks again and again at how many live sessions a user has, while logins of that user are under way. */
class Census {
  readonly #arrived: Visitor[] = [];
  most = 0;
  looks = 0;

  constructor(
    private readonly apps: Apps,
    private readonly user: string,
  ) {}

  /** A login was acknowledged to this visitor. */
  arrive(visitor: Visitor): void {
    this.#arrived.push(visitor);
  }

  async during(task: Promise<unknown>): Promise<void> {
    let isOver = false;
    const ended = task.finally(() => (isOver = true));
    while (!isOver) await Promise.all([this.look(), settled()]);
    await ended;
    await this.look();
  }

  /**
   * Presents every token that was handed out before this look began. The dead stay dead, so those that are found alive now were all
   * alive together when it began.
   */
  async look(): Promise<void> {
    const turn = this.looks++;
    const known = [...this.#arrived];
    const listed = await this.apps.listOf(this.user, turn);
    const seen = await Promise.all(known.map((visitor) => meOf(visitor)));
    const alive = seen.filter(({ principal }) => principal === this.user);
    this.most = Math.max(this.most, listed.length, alive.length);
  }
}

describeOnEachStore('over HTTP', (store) => {
  describe.each(PLATFORMS)('on %s', (_, platform) => {
    const apps = async (whenFull: 'reject' | 'evict-oldest') => {
      const { session, apps: count } = store();
      const own = {
        ...session,
        principals: { limit: LIMIT, whenFull },
        timeouts: { renewal: '10m', grace: '30s' },
      } as const;
      return Apps.start(count, () => TestApp.start(platform, accounts(own, { controllers: [Slow] })));
    };

    describe.each(['evict-oldest', 'reject'] as const)(`${LOGINS} logins at once (%s)`, (whenFull) => {
      let running: Apps;
      beforeAll(async () => (running = await apps(whenFull)));
      afterAll(() => running.close());

      it(`never have more than ${LIMIT} live sessions, and end with exactly as many (law P2)`, async () => {
        const user = `${platform().getType()}-${whenFull}`;
        const census = new Census(running, user);
        const login = async (turn: number): Promise<number> => {
          const visitor = running.at(turn).visitor();
          const { status } = await visitor.post(`/login/${user}`);
          if (status === 201) census.arrive(visitor);
          return status;
        };
        const logins = Promise.all(Array.from({ length: LOGINS }, (__, turn) => login(turn)));
        await census.during(logins);
        const letIn = (await logins).filter((status) => status === 201);
        const refused = (await logins).filter((status) => status === 409);
        const expected = whenFull === 'reject' ? LIMIT : LOGINS;
        expect([letIn.length, refused.length]).toEqual([expected, LOGINS - expected]);
        expect(census.most).toBe(LIMIT);
        expect(await running.listOf(user)).toHaveLength(LIMIT);
      });
    });

    describe('one session', () => {
      let running: Apps;
      beforeAll(async () => (running = await apps('evict-oldest')));
      afterAll(() => running.close());

      it(`of which ${AT_ONCE} requests come at renewal time has one successor, and all of them succeed (law R2)`, async () => {
        const user = `renewed-${platform().getType()}`;
        const visitor = running.at(0).visitor();
        await visitor.post(`/login/${user}`);
        const before = tokenIn(visitor.cookie);
        running.advance(10 * MINUTE_MS);
        const clients = Array.from({ length: AT_ONCE }, (__, turn) => visitor.twin(running.at(turn).url));
        const answers = await Promise.all(clients.map((client) => client.get('/me')));
        expect(
          answers.map(({ status, body }) => [status, (body as { principal: unknown }).principal]),
        ).toEqual(Array.from({ length: AT_ONCE }, () => [200, user]));
        const [line = '', ...more] = answers.flatMap(({ cookies }) => cookies);
        expect(more).toEqual([]);
        expect(tokenIn(line)).not.toBe(before);
        visitor.receive(line);
        for (const client of [visitor, ...clients]) expect((await meOf(client)).principal).toBe(user);
        expect(await running.listOf(user)).toHaveLength(1);
      });

      it.each(Object.keys(WRITES))(
        'that a slow writer overlaps with a logout leaves nothing alive: %s (laws D1, D2)',
        async (how) => {
          pause = new Gate();
          const visitor = running.at(0).visitor();
          await visitor.post('/login/leaver');
          const thief = visitor.twin();
          const slow = visitor.twin().post(`/slow/${how}`);
          await pause.reached;
          const leaving = visitor.twin(running.at(1).url);
          expect((await leaving.post('/logout')).cookies).toHaveLength(1);
          pause.open();
          expect(await slow).toMatchObject({ status: 409, cookies: [] });
          for (const turn of [0, 1]) {
            expect((await meOf(thief.twin(running.at(turn).url))).id).toBeNull();
            expect(await running.listOf('leaver', turn)).toEqual([]);
            expect(await running.listOf('somebody-else', turn)).toEqual([]);
          }
        },
      );
    });
  });
});

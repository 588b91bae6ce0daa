import { Controller, Param, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sessions, type SessionSummary } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';
import { accounts, meOf } from './fixtures/account.js';

/** For those who run the app; it uses no session of its own. */
@Controller('admin')
class Admin {
  constructor(private readonly sessions: Sessions) {}

  @Post('revoke/:id')
  revoke(@Param('id') id: string): Promise<boolean> {
    return this.sessions.revoke(id);
  }

  @Post('block/:user')
  block(@Param('user') user: string): Promise<number> {
    return this.sessions.revokeAll(user);
  }

  @Post('incident')
  incident(): Promise<void> {
    return this.sessions.revokeEverything();
  }
}

describe.each(PLATFORMS)('the sessions of a user on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, accounts({}, { controllers: [Admin] }));
  });

  afterAll(() => app.close());

  /** Logs in on so many devices, one after the other. Each test has a user of its own. */
  async function devicesOf(user: string, count: number): Promise<[Visitor, ...Visitor[]]> {
    const visitors: Visitor[] = [];
    for (let device = 0; device < count; device++) {
      const visitor = app.visitor();
      await visitor.post(`/login/${user}`, { device: `device ${device}`, amr: ['pwd'] });
      visitors.push(visitor);
      app.clock.advance(1000);
    }
    return visitors as [Visitor, ...Visitor[]];
  }

  const listed = async (visitor: Visitor) => (await visitor.get('/devices')).body as SessionSummary[];
  const users = (visitors: readonly Visitor[]) =>
    Promise.all(visitors.map(async (visitor) => (await meOf(visitor)).principal));

  it('are listed, those that logged in first at the front, with nothing that opens them', async () => {
    const [first, second] = await devicesOf('list', 2);
    await second?.post('/values', { note: 'very private' });
    const list = await listed(first);
    const own = await meOf(first);
    expect(list.map(({ device }) => device?.name)).toEqual(['device 0', 'device 1']);
    const [{ id, authenticatedAt, absoluteAt, expiresAt, amr } = own] = list;
    const { id: ownId, ...rest } = own;
    expect(rest).toMatchObject({ authenticatedAt, absoluteAt, expiresAt, amr });
    expect(id).toBe(ownId);
    const told = JSON.stringify(list);
    for (const { cookie } of [first, second as Visitor]) expect(told).not.toContain(cookie.split('.')[1]);
    expect(told).not.toContain('private');
  });

  it('are exactly the live ones, after a logout, another login, a rotation and the end of time', async () => {
    const [first, second, third, fourth] = await devicesOf('exact', 4);
    await second?.post('/logout');
    await third?.post('/login/somebody-else');
    await fourth?.post('/rotate');
    expect((await listed(first)).map(({ device }) => device?.name)).toEqual(['device 0', 'device 3']);
    app.clock.advance(29 * 60_000);
    await meOf(first);
    app.clock.advance(2 * 60_000);
    expect((await listed(first)).map(({ device }) => device?.name)).toEqual(['device 0']);
  });

  it('can be ended one by one, each once', async () => {
    const [first, second] = await devicesOf('revoke', 2);
    const { id } = await meOf(second as Visitor);
    expect((await first.post(`/devices/${id}/revoke`)).body).toEqual({ revoked: true });
    expect((await first.post(`/devices/${id}/revoke`)).body).toEqual({ revoked: false });
    expect(await users([first, second as Visitor])).toEqual(['revoke', null]);
  });

  it('cannot be ended by another user who knows the id', async () => {
    const [[victim], [attacker]] = [await devicesOf('victim', 1), await devicesOf('attacker', 1)];
    const { id } = await meOf(victim);
    for (const visitor of [attacker, app.visitor()]) {
      expect((await visitor.post(`/devices/${id}/revoke`)).body).toEqual({ revoked: false });
    }
    expect(await users([victim])).toEqual(['victim']);
  });

  it.each(['nonsense', '..%2F..%2Fetc%2Fpasswd', '*', 'A'.repeat(22)])(
    'are not ended by an id that is none: %s',
    async (id) => {
      const [visitor] = await devicesOf('nonsense', 1);
      expect((await visitor.post(`/devices/${id}/revoke`)).body).toEqual({ revoked: false });
      expect(await users([visitor])).toEqual(['nonsense']);
      await visitor.post('/logout');
    },
  );

  it('can be ended but for the one that asks (law P3)', async () => {
    const visitors = await devicesOf('others', 4);
    const [stranger] = await devicesOf('stranger', 1);
    const asking = visitors[2] as Visitor;
    expect((await asking.post('/sign-out-others')).body).toEqual({ ended: 3 });
    expect(await users([...visitors, stranger])).toEqual([null, null, 'others', null, 'stranger']);
    expect((await asking.post('/sign-out-others')).body).toEqual({ ended: 0 });
  });

  it('are nobody’s to end for a visitor who is not logged in', async () => {
    const { status } = await app.visitor().post('/sign-out-others');
    expect(status).toBe(500);
    expect(app.log.of('error').at(-1)).toContain(
      'A principal cannot be a session that nobody is logged in to.',
    );
  });

  it('can all be ended, also by those who run the app', async () => {
    const visitors = await devicesOf('all', 3);
    expect((await visitors[0].post('/sign-out-everywhere')).body).toEqual({ ended: 3 });
    expect(await users(visitors)).toEqual([null, null, null]);
    const blocked = await devicesOf('blocked', 2);
    expect(Number((await app.visitor().post('/admin/block/blocked')).body)).toBe(2);
    expect(await users(blocked)).toEqual([null, null]);
  });

  it('of everybody can be ended at once; who logs in afterwards is in', async () => {
    const visitors = [...(await devicesOf('one', 2)), ...(await devicesOf('two', 1))];
    const events = await eventsDuring(() => app.visitor().post('/admin/incident'));
    expect(events).toEqual([{ type: 'everything-revoked' }]);
    expect(await users(visitors)).toEqual([null, null, null]);
    expect(await users(await devicesOf('one', 1))).toEqual(['one']);
  });

  it('are told of, a session each, once', async () => {
    const [first, second, third] = await devicesOf('told', 3);
    const ids = await Promise.all([second, third].map(async (each) => (await meOf(each as Visitor)).id));
    const events = await eventsDuring(() => first.post('/sign-out-others'));
    expect(events).toEqual(ids.map((id) => ({ type: 'revoked', id })));
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { withFault } from '../support/attacked.js';
import {
  type Integration,
  type Outcome,
  pausing,
  type Seen,
  seenBy,
} from './fixtures/integrations/integration.js';
import { OVER_GRAPHQL } from './fixtures/integrations/over-graphql.js';
import { OVER_HTTP } from './fixtures/integrations/over-http.js';
import { OVER_SOCKETS } from './fixtures/integrations/over-sockets.js';

const INTEGRATIONS = [...OVER_HTTP, ...OVER_GRAPHQL, ...OVER_SOCKETS];

/** The same package on another platform is convicted of nothing new. */
const ONCE_EACH = INTEGRATIONS.filter(
  ({ name }, index) => INTEGRATIONS.findIndex((each) => each.name === name) === index,
);

const titled = (integrations: readonly Integration[]) =>
  integrations.map((integration) => [`${integration.name} on ${integration.on}`, integration] as const);

const NOBODY: Seen = { principal: null, keys: [] };
const ISSUED = expect.stringMatching(/^serving_session=[^;]{66}; Path=\/; HttpOnly; SameSite=Lax$/);
const CLEARED = expect.stringMatching(/^serving_session=; Path=\/; HttpOnly; SameSite=Lax; Max-Age=0; /);

/** Two requests have the session before either of them writes. */
async function raced(app: TestApp, { enter, write, kept }: Integration): Promise<unknown> {
  const { one, two } = pausing('one', 'two');
  const { visitor } = await enter(app);
  const writing = [write(app, visitor.twin(), 'one'), write(app, visitor.twin(), 'two')] as const;
  await Promise.all([one.reached, two.reached]);
  one.open();
  const first = await writing[0];
  two.open();
  return { told: [first.told, (await writing[1]).told], kept: await kept(visitor) };
}

/** What became of a writer whose session was left meanwhile. */
interface Departure {
  readonly late: Outcome;
  /** What the session shows to whoever has its token of before, and to who left. */
  readonly thief: Seen;
  readonly leaver: Seen;
}

async function departed(app: TestApp, { enter, write, leave }: Integration): Promise<Departure> {
  const { late } = pausing('late');
  const { visitor } = await enter(app);
  const thief = visitor.twin();
  const writing = write(app, visitor.twin(), 'late');
  await late.reached;
  await leave(visitor);
  late.open();
  return { late: await writing, thief: await seenBy(thief), leaver: await seenBy(visitor) };
}

/** Whether a write was answered before the store had acknowledged it, and what was there then. */
async function acknowledged(app: TestApp, { enter, write, kept }: Integration): Promise<unknown> {
  pausing();
  const { visitor } = await enter(app);
  const gate = app.store.hold('replace');
  let answered = false;
  const writing = write(app, visitor, 'two').finally(() => (answered = true));
  await gate.reached;
  await seenBy(app.visitor());
  const early = answered;
  gate.open();
  return { early, told: (await writing).told, kept: await kept(visitor) };
}

/** The cookies of a first answer with a session, of a later one, and of the logout. */
async function cookies(app: TestApp, { enter, write, leave }: Integration): Promise<unknown> {
  pausing();
  const { visitor, cookies: entered } = await enter(app);
  const first = [...entered, ...(await write(app, visitor, 'one')).cookies];
  const later = (await write(app, visitor, 'two')).cookies;
  const left = (await leave(visitor)).cookies;
  return { first: first.filter((line) => line.startsWith('serving_session=')), later, left };
}

describe.each(titled(INTEGRATIONS))('%s', (_, integration) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(integration.platform, await integration.parts());
  });

  afterAll(async () => {
    await app.close();
    await integration.close?.();
  });

  it('loses nothing of two requests that overlap (law C2)', async () => {
    expect(await raced(app, integration)).toEqual({ told: ['done', 'done'], kept: integration.both });
  });

  it('leaves nothing alive when a slow writer overlaps a logout, and tells the writer (laws D1, D2)', async () => {
    expect(await departed(app, integration)).toEqual({
      late: { told: 'gone', cookies: [] },
      thief: NOBODY,
      leaver: NOBODY,
    });
  });

  it('answers after the acknowledgement of the store (law H1)', async () => {
    expect(await acknowledged(app, integration)).toEqual({
      early: false,
      told: 'done',
      kept: integration.both.slice(-1),
    });
  });

  it('tells of no success where the store failed (law H2)', async () => {
    pausing();
    const { visitor } = await integration.enter(app);
    app.store.next('replace', 'fail-before');
    expect((await integration.write(app, visitor, 'two')).told).toBe('outage');
    expect(await integration.kept(visitor)).toEqual([]);
  });

  it('sets one cookie, and clears it or replaces it at the logout (law H3)', async () => {
    expect(await cookies(app, integration)).toEqual({
      first: [ISSUED],
      later: [],
      left: [integration.leaves === 'nothing' ? CLEARED : ISSUED],
    });
  });

  it('vouches for a store that acknowledges what it does not do', async () => {
    pausing();
    const { visitor } = await integration.enter(app);
    app.store.answer('replace', 'ok');
    expect((await integration.write(app, visitor, 'two')).told).toBe('done');
    expect(await integration.kept(visitor)).toEqual([]);
  });
});

describe.each(titled(ONCE_EACH))('%s, on a store with a fault,', (_, integration) => {
  const withTwin = async (fault: string, check: (app: TestApp) => Promise<void>): Promise<void> => {
    const parts = await integration.parts();
    const { session, ...instead } = withFault(fault);
    const twin = { ...parts, ...instead, session: { ...parts.session, ...session } };
    await TestApp.within(integration.platform, twin, check);
    await integration.close?.();
  };

  it('loses one of two writes: the whole record, last write wins', () =>
    withTwin('the whole record, last write wins', async (app) => {
      expect(await raced(app, integration)).toMatchObject({ kept: integration.both.slice(-1) });
    }));

  it(`lets who left be spoken for: ${integration.survives}`, () =>
    withTwin(integration.survives, async (app) => {
      expect((await departed(app, integration)).thief).not.toEqual(NOBODY);
    }));
});

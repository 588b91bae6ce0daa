import { Body, Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { Gate } from '../../lib/testing/gate.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, withFault } from '../support/attacked.js';
import { FaultyProvider } from '../support/faulty-provider.js';
import type { Visitor } from '../support/visitor.js';

let pause = new Gate();

/** How many attempts are loaded together before the first of them counts. */
const ATTEMPTS = 10;
let loaded = 0;

type Values = Record<string, unknown>;

/** Sets what the body names; `null` removes a key. */
function apply(session: Session, values: Values): void {
  for (const [key, value] of Object.entries(values)) session.set(key, value ?? undefined);
}

@Controller()
class Tabs {
  @Post('write')
  write(@CurrentSession() session: Session, @Body() values: Values): void {
    apply(session, values);
  }

  @Post('slow')
  async slow(@CurrentSession() session: Session, @Body() values: Values): Promise<void> {
    await pause.pass();
    apply(session, values);
  }

  @Post('attempt')
  async attempt(@CurrentSession() session: Session): Promise<object> {
    if (++loaded === ATTEMPTS) pause.open();
    await pause.pass();
    return { attempts: await session.increment('attempts') };
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }
}

type Race = (here: Visitor, elsewhere: Visitor) => Promise<unknown>;

const START = { user: 'Ada', role: 'admin', cart: ['tea'] };

/** Two tabs of one user, served by two processes over one store. Answers what the session holds after their race. */
async function afterwards(race: Race, instead?: Pick<AppParts, 'session' | 'override'>): Promise<unknown> {
  const parts = {
    controllers: [Tabs],
    ...(instead ?? { session: { sessionProvider: new FaultyProvider({ clock: new FakeClock() }) } }),
  };
  const over = (attack: (app: TestApp) => Promise<unknown>) => attacked(EXPRESS, parts, attack);
  return over((one) =>
    over(async (two) => {
      const here = one.visitor();
      await here.post('/write', START);
      const elsewhere = two.visitor();
      elsewhere.receive(`${here.cookie}; Path=/`);
      await race(here, elsewhere);
      return (await here.get('/read')).body;
    }),
  );
}

/** One tab loads its session and stops; the other one runs from its load to its commit; then the first one goes on. */
const overtaken =
  (slow: Values, fast: Values): Race =>
  async (here, elsewhere) => {
    pause = new Gate();
    const slowly = here.post('/slow', slow);
    await pause.reached;
    const statuses = [(await elsewhere.post('/write', fast)).status];
    pause.open();
    statuses.push((await slowly).status);
    expect(statuses).toEqual([201, 201]);
  };

/** Somebody tries passwords from many connections at once, to get more of them tried than the counter counts. */
const bruteForce: Race = async (...tabs) => {
  [pause, loaded] = [new Gate(), 0];
  const half = Array.from({ length: ATTEMPTS / 2 });
  await Promise.all(half.flatMap(() => tabs.map((tab) => tab.post('/attempt'))));
};

describe('A18 two writers of one session', () => {
  it('keep what each of them wrote, when they wrote different keys', async () => {
    const race = overtaken({ theme: 'dark' }, { language: 'en' });
    expect(await afterwards(race)).toEqual({ ...START, theme: 'dark', language: 'en' });
  });

  it('leave what was committed later, when they wrote the same key', async () => {
    expect(await afterwards(overtaken({ theme: 'slow' }, { theme: 'fast' }))).toMatchObject({
      theme: 'slow',
    });
  });

  it('cannot hide an attempt from a counter', async () => {
    expect(await afterwards(bruteForce)).toMatchObject({ attempts: ATTEMPTS });
  });
});

describe('A19 a deleted key', () => {
  it('does not come back with a request that read it before', async () => {
    const demoted = overtaken({ theme: 'dark' }, { role: null });
    expect(await afterwards(demoted)).toEqual({ user: 'Ada', cart: ['tea'], theme: 'dark' });
  });

  it('stays away over a save, a reload and a later write', async () => {
    const race: Race = async (here, elsewhere) => {
      await here.post('/write', { role: null });
      await elsewhere.post('/write', { theme: 'dark' });
    };
    expect(await afterwards(race)).toEqual({ user: 'Ada', cart: ['tea'], theme: 'dark' });
  });
});

describe('A18 and A19, unprotected', () => {
  const lastWriteWins = () => withFault('the whole record, last write wins');

  it('the last write of the whole record drops the other one', async () => {
    const race = overtaken({ theme: 'dark' }, { language: 'en' });
    expect(await afterwards(race, lastWriteWins())).toEqual({ ...START, theme: 'dark' });
  });

  it('and hides attempts', async () => {
    expect(await afterwards(bruteForce, lastWriteWins())).toMatchObject({ attempts: ATTEMPTS / 2 });
  });

  it('and brings a deleted key back', async () => {
    const demoted = overtaken({ theme: 'dark' }, { role: null });
    expect(await afterwards(demoted, lastWriteWins())).toMatchObject({ role: 'admin' });
  });

  it('so does a merge, even without a race', async () => {
    const race: Race = (here) => here.post('/write', { role: null });
    const merging = withFault('a merge that keeps removed keys');
    expect(await afterwards(race, merging)).toMatchObject({ role: 'admin' });
  });
});

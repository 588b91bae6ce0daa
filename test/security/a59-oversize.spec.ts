import { Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';

const KIB = 1024;

function nested(depth: number): object {
  let value: object = {};
  for (let level = 1; level < depth; level++) value = { level: value };
  return value;
}

function cycle(): object {
  const value: { self?: object } = {};
  value.self = [value];
  return value;
}

const throwing = (): object => ({
  get secret(): never {
    throw new Error('hunter2');
  },
});

interface Excess {
  readonly code: 'LIMIT_EXCEEDED' | 'ILLEGAL_VALUE';
  /** Changes the session of a user who has a cart. */
  readonly change: (session: Session) => unknown;
}

const cartOf = (session: Session): unknown[] => session.get('cart') as unknown[];

/** More than a session may hold. */
const TOO_MUCH: Readonly<Record<string, Excess>> = {
  '33 KiB': { code: 'LIMIT_EXCEEDED', change: (session) => session.set('blob', 'x'.repeat(33 * KIB)) },
  '11 KiB of three bytes a character': {
    code: 'LIMIT_EXCEEDED',
    change: (session) => session.set('blob', '€'.repeat(11 * KIB)),
  },
  '33 KiB in a key': { code: 'LIMIT_EXCEEDED', change: (session) => session.set('k'.repeat(33 * KIB), 1) },
  '33 KiB in place': {
    code: 'LIMIT_EXCEEDED',
    change: (session) => cartOf(session).push('x'.repeat(33 * KIB)),
  },
  '257 keys': {
    code: 'LIMIT_EXCEEDED',
    change: (session) => {
      for (let key = 1; key < 257; key++) session.set(`k${key}`, key);
    },
  },
  'depth 33': { code: 'LIMIT_EXCEEDED', change: (session) => session.set('deep', nested(33)) },
  'depth 33 in place': { code: 'LIMIT_EXCEEDED', change: (session) => cartOf(session).push(nested(32)) },
};

/** What JSON cannot carry. */
const ILLEGAL: Readonly<Record<string, Excess>> = {
  cycle: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', cycle()) },
  BigInt: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', { n: 1n }) },
  function: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', { f: () => 1 }) },
  symbol: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', [Symbol('s')]) },
  NaN: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', NaN) },
  Date: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', new Date(0)) },
  toJSON: { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', { toJSON: () => 'root' }) },
  'a getter that throws': { code: 'ILLEGAL_VALUE', change: (session) => session.set('evil', throwing()) },
  'a cycle in place': { code: 'ILLEGAL_VALUE', change: (session) => cartOf(session).push(cartOf(session)) },
  'a BigInt in place': { code: 'ILLEGAL_VALUE', change: (session) => cartOf(session).push(1n) },
  'a function in place': { code: 'ILLEGAL_VALUE', change: (session) => cartOf(session).push(() => 1) },
  'a getter in place': { code: 'ILLEGAL_VALUE', change: (session) => cartOf(session).push(throwing()) },
  'a cycle in a transaction': {
    code: 'ILLEGAL_VALUE',
    change: (session) => session.update('evil', () => cycle()),
  },
};

/** What is just within the limits. */
const JUST_RIGHT: Readonly<Record<string, Pick<Excess, 'change'>>> = {
  '32 KiB less the record around it': {
    change: (session) => session.set('blob', 'x'.repeat(32 * KIB - 250)),
  },
  'depth 32': { change: (session) => session.set('deep', nested(32)) },
};

const EVERY = { ...TOO_MUCH, ...ILLEGAL };

@Controller()
class Cart {
  @Post('fill')
  fill(@CurrentSession() session: Session): void {
    session.set('cart', ['tea']);
  }

  @Post('exceed/:how')
  async exceed(@CurrentSession() session: Session, @Param('how') how: string): Promise<void> {
    session.set('beside', true);
    await (EVERY[how] ?? JUST_RIGHT[how])?.change(session);
  }

  @Post('add')
  add(@CurrentSession() session: Session): void {
    cartOf(session).push('milk');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { cart: session.get('cart', null) };
  }
}

/** Somebody with a cart makes the app store too much. Answers what they got, what is stored, what was logged, and whether it goes on. */
const excess = (how: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/fill');
  const answer = await visitor.post(`/exceed/${encodeURIComponent(how)}`);
  const stored = app.stored(visitor.cookie);
  const next = await visitor.post('/add');
  return {
    status: answer.status,
    cookies: answer.cookies,
    body: answer.body,
    stored,
    next: next.status,
    read: (await visitor.get('/read')).body,
    log: [...app.log.of('error'), ...app.log.of('warn')].join('\n'),
  };
};

const partsWith = (session: SessionModuleOptions = {}): AppParts => ({ controllers: [Cart], session });

describe('A59 a value that is too much', () => {
  it.each(Object.entries(EVERY))('is refused, and the record stays as it was: %s', async (how) => {
    const outcome = await attacked(EXPRESS, partsWith(), excess(how));
    expect(outcome).toMatchObject({ status: 500, cookies: [], stored: { cart: ['tea'] } });
    expect(outcome).toMatchObject({ next: 201, read: { cart: ['tea', 'milk'] } });
    expect(outcome.body).toEqual({
      statusCode: 500,
      message: expect.stringMatching(/^Internal server error$/i),
    });
  });

  it.each(Object.entries(EVERY))('is told the developer, without the value: %s', async (how, { code }) => {
    const { log } = await attacked(EXPRESS, partsWith(), excess(how));
    expect(log).toMatch(
      code === 'LIMIT_EXCEEDED' ? /more than the .* allows\. Fix: / : /cannot keep .* Fix: /,
    );
    expect(log).not.toMatch(/hunter2|xxxx|€€|kkkk/);
  });

  it('makes no session for somebody who had none', async () => {
    const made = await attacked(EXPRESS, partsWith(), async (app) => {
      const { status, cookies } = await app.visitor().post('/exceed/BigInt');
      return [status, cookies.length, app.provider.memory.usage.records];
    });
    expect(made).toEqual([500, 0, 0]);
  });

  it.each(Object.keys(JUST_RIGHT))('begins behind the limit: %s is kept', async (how) => {
    expect(await attacked(EXPRESS, partsWith(), excess(how))).toMatchObject({ status: 201, next: 201 });
  });
});

describe('A59, unprotected', () => {
  const limitless = partsWith({ limits: { size: '10MiB', keys: 10_000, depth: 512 } });

  /** Keeps what JSON makes of a value. */
  class Lenient extends Session {
    override set(key: string, value: unknown): this {
      return super.set(key, JSON.parse(JSON.stringify(value) ?? 'null'));
    }
  }

  it.each(Object.keys(TOO_MUCH))('without limits a client fills the store: %s', async (how) => {
    const { status, stored } = await attacked(EXPRESS, limitless, excess(how));
    expect(status).toBe(201);
    expect(stored).not.toEqual({ cart: ['tea'] });
  });

  it.each(['function', 'symbol', 'NaN', 'Date', 'toJSON'])(
    'JSON alone stores something else: %s',
    async (how) => {
      const { status, stored } = await attacked(EXPRESS, partsWith({ sessionType: Lenient }), excess(how));
      expect(status).toBe(201);
      expect(stored).toHaveProperty('evil');
    },
  );

  it.each(['cycle', 'BigInt'])('JSON alone does not say where: %s', async (how) => {
    const { log } = await attacked(EXPRESS, partsWith({ sessionType: Lenient }), excess(how));
    expect(log).toMatch(/^TypeError/);
    expect(log).not.toMatch(/Fix: /);
  });
});

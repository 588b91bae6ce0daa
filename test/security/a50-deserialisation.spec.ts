import { Controller, Get, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CurrentSession, etagOf, Session, SessionParam } from '../../lib/index.js';
import { splitToken } from '../../lib/credentials/token.js';
import { newEtag } from '../../lib/record/record-text.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', { name: 'Ada' });
  }

  /** Reads every value, and tells whether somebody has become an administrator by it. */
  @Get('look')
  look(@CurrentSession() session: Session, @SessionParam('user.admin') admin: boolean = false): object {
    const values = session.toObject();
    const user: object = session.get('user', {});
    return {
      keys: [...session.keys()],
      user: values['user'] ?? null,
      admin: [admin, isAdmin(values), isAdmin(user), isAdmin({}), isAdmin(session)],
      methods: [typeof session.get, typeof session.save, typeof session.invalidate],
    };
  }

  @Post('write')
  async write(@CurrentSession() session: Session): Promise<object> {
    session.toObject();
    return { count: await session.increment('count') };
  }
}

/** By inheritance: nobody has set it as a property of its own. */
const isAdmin = (object: object): boolean =>
  !Object.hasOwn(object, 'admin') && (object as { admin?: unknown }).admin !== undefined;

const lines = (...parts: readonly string[]): string => parts.map((part) => `${part}\n`).join('');
const ADA = lines('"user"', '{"name":"Ada"}');
const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

/** Puts a body in the place of the values of a session, as somebody who can write to the store, and has its user look and write. */
const planted = (body: string, meta?: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/login');
  const { memory } = app.provider;
  const id = splitToken(tokenIn(visitor.cookie))?.id ?? '';
  const { text, deadline } = memory.load(id) ?? { text: '', deadline: 0 };
  const head = meta ?? text.slice(12, text.indexOf('\n'));
  memory.replace(id, etagOf(text), `${newEtag()}${head}\n${body}`, deadline);
  const answers: Awaited<ReturnType<typeof visitor.get>>[] = [];
  const events = await eventsDuring(async () => {
    answers.push(await visitor.get('/look'), await visitor.post('/write'), await visitor.get('/look'));
  });
  return {
    statuses: answers.map(({ status }) => status),
    look: answers[0]?.body,
    count: answers[1]?.body,
    events: new Set(events.map(({ type }) => type)),
  };
};

/** Room for the planted values; without it a session that holds them can be read, and not written any more. */
const parts: AppParts = { controllers: [Account], session: { limits: { size: '1MiB' } } };
const unharmed = {
  statuses: [200, 201, 200],
  look: {
    admin: [false, false, false, false, false],
    methods: ['function', 'function', 'function'],
  },
  count: { count: 1 },
};

afterEach(() => {
  Reflect.deleteProperty(Object.prototype, 'admin');
});

describe('A50 a record that somebody wrote', () => {
  it.each([
    ['a key __proto__', lines('"__proto__"', '{"admin":true}') + ADA, ['__proto__', 'user']],
    [
      'a key constructor',
      lines('"constructor"', '{"prototype":{"admin":true}}') + ADA,
      ['constructor', 'user'],
    ],
    ['an escaped key', lines('"\\u005f_proto__"', '{"admin":true}') + ADA, ['__proto__', 'user']],
    [
      'keys of our own members',
      lines('"save"', '1', '"get"', '2', '"toJSON"', '3') + ADA,
      ['save', 'get', 'toJSON', 'user'],
    ],
    ['a key then', lines('"then"', '{"call":1}') + ADA, ['then', 'user']],
  ])('has values and no powers: %s', async (_, body, keys) => {
    const outcome = await attacked(EXPRESS, parts, planted(body));
    expect(outcome).toMatchObject({ ...unharmed, look: { ...unharmed.look, keys, user: { name: 'Ada' } } });
    expect([...outcome.events]).toEqual([]);
  });

  it.each([
    ['__proto__', '{"name":"Ada","__proto__":{"admin":true}}'],
    ['constructor', '{"name":"Ada","constructor":{"prototype":{"admin":true}}}'],
    ['a chain of them', '{"name":"Ada","__proto__":{"__proto__":{"admin":true}}}'],
  ])('makes no administrator by an object with %s inside', async (_, user) => {
    expect(await attacked(EXPRESS, parts, planted(lines('"user"', user)))).toMatchObject(unharmed);
  });

  it('is read the same way everywhere when a key comes twice: the last one counts', async () => {
    const body = lines('"user"', '{"name":"Eve"}', '"user"', '{"name":"Bob","name":"Ada"}');
    const { look } = await attacked(EXPRESS, parts, planted(body));
    expect(look).toMatchObject({ keys: ['user'], user: { name: 'Ada' } });
  });

  it.each([
    ['lists', lists(100_000)],
    ['objects', objects(100_000)],
    ['lists behind a text', `["\\"]",${lists(100_000)}]`],
    ['a cut-off value', '{"name":'],
    ['no JSON', 'function () {}'],
    ['nothing', ''],
  ])('loses a value that cannot be read, with an event, and nothing else: %s', async (_, json) => {
    const outcome = await attacked(EXPRESS, parts, planted(lines('"evil"', json) + ADA));
    expect(outcome).toMatchObject({ ...unharmed, look: { keys: ['user'], user: { name: 'Ada' } } });
    expect([...outcome.events]).toContain('corrupt-record');
  });

  it.each([
    ['a meta that is too deep', ADA, lists(100_000)],
    ['a meta with names', ADA, '{"length":11,"0":1}'],
    ['a body that is cut off', '"user"', undefined],
    ['a body without keys', `${lists(100_000)}\n`, undefined],
    ['a key that is no text', lines('["user"]', '1'), undefined],
  ])('is absent as a whole, with an event, when it is damaged: %s', async (_, body, meta) => {
    const outcome = await attacked(EXPRESS, parts, planted(body, meta));
    expect(outcome).toMatchObject({ ...unharmed, look: { keys: [], user: null } });
    expect([...outcome.events]).toContain('corrupt-record');
  });
});

describe('A50, unprotected', () => {
  /** Restores values by assignment. */
  class Assigning extends Session {
    override toObject(): Record<string, unknown> {
      const object: Record<string, unknown> = {};
      for (const [key, value] of this) object[key] = value;
      return object;
    }
  }

  /** Merges what it finds into what there is, as many a helper does. */
  class Merging extends Session {
    override toObject(): Record<string, unknown> {
      return merge({}, super.toObject());
    }
  }

  function merge(target: Record<string, unknown>, source: object): Record<string, unknown> {
    for (const [key, value] of Object.entries(source)) {
      const isObject = typeof value === 'object' && value !== null;
      target[key] = isObject ? merge((target[key] ?? {}) as Record<string, unknown>, value as object) : value;
    }
    return target;
  }

  const twin = (sessionType: typeof Assigning | typeof Merging): AppParts => ({
    ...parts,
    session: { sessionType },
  });

  it('an assignment makes one object an administrator', async () => {
    const { look } = await attacked(
      EXPRESS,
      twin(Assigning),
      planted(lines('"__proto__"', '{"admin":true}')),
    );
    expect(look).toMatchObject({ admin: [false, true, false, false, false] });
  });

  it('a merge makes everybody an administrator', async () => {
    const { look } = await attacked(EXPRESS, twin(Merging), planted(lines('"__proto__"', '{"admin":true}')));
    expect(look).toMatchObject({ admin: [false, true, true, true, true] });
  });

  it('what JSON.parse makes of a deep value overflows the stack of whoever walks through it', () => {
    expect(() => JSON.stringify(JSON.parse(lists(100_000)))).toThrow('call stack');
    expect(() => structuredClone(JSON.parse(objects(100_000)))).toThrow('call stack');
  });
});

import { Controller, DefaultValuePipe, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionParam } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';

/** What may stand where an app keeps the rights of a user; `null` is how it took them all away. */
const STATES = {
  absent: (session) => session,
  undefined: (session) => session.set('rights', undefined),
  removed: (session) => session.set('rights', 'all').delete('rights'),
  null: (session) => session.set('rights', null).set('user', { rights: null }),
  false: (session) => session.set('rights', false).set('user', { rights: false }),
  zero: (session) => session.set('rights', 0).set('user', { rights: 0 }),
  text: (session) => session.set('rights', '').set('user', { rights: '' }),
  list: (session) => session.set('rights', []).set('user', { rights: [] }),
} satisfies Record<string, (session: Session) => unknown>;

@Controller()
class Rights {
  @Post('become/:state')
  become(@CurrentSession() session: Session, @Param('state') state: keyof typeof STATES): void {
    session.set('seen', true);
    STATES[state](session);
  }

  @Get('name')
  name(@SessionParam() rights: unknown = 'guest'): object {
    return { rights };
  }

  @Get('key')
  key(@SessionParam('rights') held: unknown = 'guest'): object {
    return { rights: held };
  }

  @Get('path')
  path(@SessionParam('user.rights') held: unknown = 'guest'): object {
    return { rights: held };
  }

  @Get('option')
  option(@SessionParam({ key: 'rights', default: 'guest' }) held: unknown): object {
    return { rights: held };
  }

  @Get('supplied')
  supplied(@SessionParam({ key: 'user.rights', default: () => 'guest' }) held: unknown): object {
    return { rights: held };
  }

  @Get('fallback')
  fallback(@CurrentSession() session: Session): object {
    return { rights: session.get('rights', 'guest'), has: session.has('rights') };
  }

  @Get('pipe')
  pipe(@SessionParam('rights', new DefaultValuePipe('guest')) held: unknown): object {
    return { rights: held };
  }
}

const FORMS = ['name', 'key', 'path', 'option', 'supplied', 'fallback'] as const;
type State = keyof typeof STATES;

/** What each form of asking answers to a user in this state. */
const rightsIn =
  (state: State, forms: readonly string[] = FORMS) =>
  async (app: TestApp) => {
    const visitor = app.visitor();
    await visitor.post(`/become/${state}`);
    const rights: unknown[] = [];
    for (const form of forms)
      rights.push(((await visitor.get(`/${form}`)).body as { rights: unknown }).rights);
    return rights;
  };

const parts: AppParts = { controllers: [Rights] };
const always = (value: unknown): unknown[] => FORMS.map(() => value);

describe('A55 rights that were taken away', () => {
  it.each(['absent', 'undefined', 'removed'] as const)(
    'are the default where nothing is stored: %s',
    async (state) => {
      expect(await attacked(EXPRESS, parts, rightsIn(state))).toEqual(always('guest'));
    },
  );

  it.each([
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['text', ''],
    ['list', []],
  ] as const)('are what is stored, and no default revives them: %s', async (state, value) => {
    expect(await attacked(EXPRESS, parts, rightsIn(state))).toEqual(always(value));
  });
});

describe('A55, unprotected', () => {
  /** Takes null for missing, as `??` does. */
  class NullIsMissing extends Session {
    override has(key: string): boolean {
      return super.get(key) !== null && super.has(key);
    }

    override get(key: string, fallback?: unknown): never {
      return ((super.get(key) as unknown) ?? fallback) as never;
    }
  }

  it('a session that takes null for missing gives back the default', async () => {
    const twin = { ...parts, session: { sessionType: NullIsMissing } };
    const held = await attacked(EXPRESS, twin, rightsIn('null', ['name', 'key', 'option', 'fallback']));
    expect(held).toEqual(['guest', 'guest', 'guest', 'guest']);
  });

  it('so does a pipe of Nest that was made for queries', async () => {
    expect(await attacked(EXPRESS, parts, rightsIn('null', ['pipe']))).toEqual(['guest']);
  });
});

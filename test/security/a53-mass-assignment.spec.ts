import { Body, Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionProvider } from '../../lib/index.js';
import { splitToken } from '../../lib/credentials/token.js';
import { SessionRuntime } from '../../lib/http/session-runtime.js';
import { decodeRecord } from '../../lib/record/record-text.js';
import { currentScope } from '../../lib/session/current.js';
import type { FaultyProvider } from '../support/faulty-provider.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';

@Controller()
class Profile {
  constructor(private readonly injected: Session) {}

  /** Stores whatever the client sends. */
  @Post('profile')
  store(@CurrentSession() session: Session, @Body() body: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(body)) session.set(key, value);
  }

  /** The same with the habits of a session that is a plain object. */
  @Post('assign')
  assign(@CurrentSession() session: Session, @Body() body: Record<string, unknown>): void {
    Object.assign(session, body);
  }

  @Post('assign-injected')
  assignInjected(@CurrentSession() _: Session, @Body() body: Record<string, unknown>): void {
    Object.assign(this.injected, body);
  }

  @Get('me')
  me(@CurrentSession() session: Session): object {
    const { id, principal, createdAt, expiresAt, isNew } = session;
    return {
      id,
      principal,
      createdAt,
      expiresAt,
      isNew,
      injected: Reflect.get(this.injected, 'admin') ?? null,
    };
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.save();
    await session.invalidate();
  }
}

/** Names under which the library, the record, and the language keep what no client may decide. */
const BODY = JSON.parse(`{
  "__proto__": { "principal": "root" }, "constructor": { "prototype": { "principal": "root" } }, "prototype": {},
  "__meta": { "principal": "root" }, "meta": { "principal": "root" }, "principal": "root", "userId": "root",
  "id": "chosen", "token": "chosen", "digest": "chosen", "previousDigest": "chosen", "etag": "chosen", "epoch": 99,
  "version": 99, "createdAt": 0, "seenAt": 9e15, "expiresAt": 9e15, "absoluteAt": 9e15, "idleTimeout": 9e15,
  "isNew": true, "cookie": { "maxAge": 9e15 }, "get": 1, "set": 1, "save": 1, "invalidate": 1, "regenerate": 1,
  "toJSON": 1, "source": 1, "handle": 1, "": 1, "a\\nb": 1, "\\"\\n1\\n\\"principal": 1
}`) as Record<string, unknown>;

/** Somebody sends all of it, twice. Answers what changed of who they are, and whether they can still log out. */
async function massAssignment(app: TestApp) {
  const visitor = app.visitor();
  await visitor.post('/profile', { user: 'Ada' });
  const { memory } = app.nest.get<FaultyProvider>(SessionProvider);
  const id = splitToken(tokenIn(visitor.cookie))?.id ?? '';
  const metaNow = () => decodeRecord(memory.load(id)?.text ?? '')?.meta;
  const [me, meta, { cookie }] = [(await visitor.get('/me')).body, metaNow(), visitor];
  for (let time = 0; time < 2; time++) await visitor.post('/profile', BODY);
  const after = {
    me: (await visitor.get('/me')).body,
    meta: { ...metaNow(), version: meta?.version },
    sameCookie: visitor.cookie === cookie,
    stored: app.stored(visitor.cookie),
  };
  await visitor.post('/logout');
  return { before: { me, meta }, after, left: memory.load(id) };
}

/** Somebody has all of it, and more, assigned to the session as an object. Answers whether that changed what they or others are. */
const assignment = (path: string) => async (app: TestApp) => {
  const visitors = [app.visitor(), app.visitor()] as const;
  for (const visitor of visitors) await visitor.post('/profile', { user: 'Ada' });
  const look = () => Promise.all(visitors.map(async (visitor) => (await visitor.get('/me')).body));
  const [before, [attacker, other]] = [await look(), visitors];
  for (const [key, value] of Object.entries({ ...BODY, admin: true })) {
    await attacker.post(path, { [key]: value });
  }
  const after = await look();
  return { before, after, stored: app.stored(attacker.cookie), left: (await other.post('/logout')).status };
};

const parts: AppParts = { controllers: [Profile] };

describe('A53 a client that names what it must not decide', () => {
  it('gets values of that name, and its id, token, owner and deadlines stay what they were', async () => {
    const { before, after, left } = await attacked(EXPRESS, parts, massAssignment);
    expect(after).toEqual({ ...before, sameCookie: true, stored: { user: 'Ada', ...BODY } });
    expect(before.me).toMatchObject({ principal: null, isNew: false, injected: null });
    expect(left).toBeUndefined();
  });

  it.each(['/assign', '/assign-injected'])(
    'decides nothing by an assignment to the session: %s',
    async (path) => {
      const { before, after, stored, left } = await attacked(EXPRESS, parts, assignment(path));
      expect(after).toEqual(before);
      expect([stored, left]).toEqual([{ user: 'Ada' }, 201]);
    },
  );
});

describe('A53, unprotected', () => {
  /** Keeps among the values who a session belongs to and how long it lives, as most libraries do. */
  class Mixed extends Session {
    override get principal(): string | null {
      return this.get('principal', super.principal) as string | null;
    }

    override get expiresAt(): number | null {
      return this.get('expiresAt', super.expiresAt) as number | null;
    }
  }

  it('a client becomes whoever it wants, for as long as it wants', async () => {
    const twin = { ...parts, session: { sessionType: Mixed } };
    const { after } = await attacked(EXPRESS, twin, massAssignment);
    expect(after.me).toMatchObject({ principal: 'root', expiresAt: 9e15 });
  });

  it('what one client assigns to the injected session is there for everybody', async () => {
    const unfrozen = (runtime: SessionRuntime) =>
      runtime.session(() => currentScope().handleNamed(runtime.cookieName));
    const twin: AppParts = {
      ...parts,
      override: (module) =>
        module.overrideProvider(Session).useFactory({ factory: unfrozen, inject: [SessionRuntime] }),
    };
    const { after } = await attacked(EXPRESS, twin, assignment('/assign-injected'));
    expect(after).toEqual(Array(2).fill(expect.objectContaining({ injected: true })));
  });
});

import { inspect } from 'node:util';
import { Body, ConsoleLogger, Controller, Get, Param, Post } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  CredentialProvider,
  CurrentSession,
  InMemorySessionProvider,
  Session,
  type SessionEvent,
  SessionEvents,
  SessionProvider,
  Sessions,
} from '../../lib/index.js';
import { SessionMetricsModule } from '../../lib/adapters/opentelemetry/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { newSessionId, splitToken } from '../../lib/credentials/token.js';
import { SessionRuntime } from '../../lib/http/session-runtime.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { Gate } from '../../lib/testing/gate.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { RecordedMetrics } from '../support/recorded-metrics.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Answer, Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;

/** What nobody but the owner of a session may ever read. */
const CANARY = `canary-${newNonce()}`;
const VALUE = `${CANARY}-value`;
const DEVICE = `${CANARY}-device`;
const BROWSER = `${CANARY}-browser`;
const TOKEN_SECRET = newNonce();
const KEY = newNonce();

/** Silent until a test listens. */
const LOG = new ConsoleLogger({ logLevels: ['fatal'], colors: false });

/** What an exporter of metrics gets; there before an app starts. */
let recorded: RecordedMetrics;
beforeEach(() => void (recorded = new RecordedMetrics()));
afterEach(() => recorded.stop());

let pause = new Gate();

/** A busy app: it uses everything, and makes every mistake that a session can tell it of. */
@Controller()
class Busy {
  constructor(private readonly sessions: Sessions) {}

  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada', { amr: ['pwd'], device: DEVICE });
    session.set('diary', VALUE).set('userId', VALUE);
  }

  @Post('legacy')
  legacy(@CurrentSession() session: Session): void {
    session.set('userId', `${VALUE} another`);
  }

  @Post('slow')
  async slow(@CurrentSession() session: Session): Promise<void> {
    await pause.pass();
    session.set('diary', `${VALUE} late`);
  }

  @Get('devices')
  devices(@CurrentSession() session: Session): Promise<unknown> {
    return this.sessions.list(session.principal ?? 'nobody');
  }

  @Post('do/:what')
  async act(
    @CurrentSession() session: Session,
    @Param('what') what: keyof typeof ACTS,
    @Body() body: unknown,
  ): Promise<void> {
    await ACTS[what](session, body, this.sessions);
  }

  /** What a developer prints while looking for a fault. */
  @Get('print')
  print(@CurrentSession() session: Session): void {
    for (const how of [
      String,
      JSON.stringify,
      (shown: unknown) => inspect(shown, { depth: 9, showHidden: true }),
    ]) {
      process.stdout.write(`${how(session)}\n`);
    }
    process.stderr.write(inspect({ session, all: [session, this.sessions] }, { depth: 9 }));
  }
}

const ACTS = {
  rotate: (session) => session.rotate(),
  regenerate: (session) => session.regenerate({ keep: 'all' }),
  'sign-out-others': (session, _, sessions) => sessions.revokeOthers(session),
  logout: (session) => session.logout(),
  'too-large': (session) => session.set('diary', VALUE.repeat(10_000)),
  illegal: (session) => session.set('diary', { deep: [VALUE, new Date(), () => VALUE] }),
  'too-deep': (session) => session.set('diary', nested(40)),
  'not-a-number': (session) => session.increment('diary'),
  principal: (session) => session.login(VALUE.repeat(10)),
  'no-principal': (session) => session.login({ name: VALUE } as never),
  timeout: (session) => session.setTimeouts({ idle: VALUE as '5m' }),
  'inside-transaction': (session) =>
    session.transaction(async (draft) => {
      draft.set('diary', VALUE);
      await session.save();
    }),
  throws: (session) => {
    session.set('diary', `${VALUE} lost`);
    throw new Error('A fault in the handler.');
  },
} satisfies Record<string, (session: Session, body: unknown, sessions: Sessions) => unknown>;

const nested = (depth: number): unknown => (depth === 0 ? VALUE : [nested(depth - 1)]);

type Send = (visitor: Visitor, method: string, path: string, body?: unknown) => Promise<Answer>;

/** All that the process says, and all that it answers, while a task runs. */
interface Output {
  /** Standard output and error, with every level of the logger. */
  readonly said: string;
  readonly events: readonly SessionEvent[];
  readonly answers: readonly Answer[];
  /** What may be found in `Set-Cookie` only. */
  readonly secrets: readonly string[];
  /** The parts of the library, as a debugger's console shows them. */
  readonly parts: string;
  readonly metrics: string;
}

async function outputOf(app: TestApp, task: (send: Send) => Promise<void>): Promise<Output> {
  const said: string[] = [];
  const keep = ((chunk: unknown) => said.push(String(chunk)) > 0) as typeof process.stdout.write;
  const kept = (...given: unknown[]) =>
    void said.push(given.map((each) => inspect(each, { depth: 9 })).join(' '));
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(keep),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation(kept),
    ),
  ];
  LOG.setLogLevels(['verbose', 'debug', 'log', 'warn', 'error', 'fatal']);
  const answers: Answer[] = [];
  const heard: SessionEvent[] = [];
  app.nest.get(SessionEvents).subscribe((event) => heard.push(event));
  app.nest.get(SessionEvents).on('login', () => {
    throw new Error(`${VALUE} in a listener`);
  });
  try {
    const published = await eventsDuring(() =>
      task(async (visitor, method, path, body) => {
        const answer = await visitor.send(method, path, body, { 'user-agent': BROWSER });
        answers.push(answer);
        return answer;
      }),
    );
    const tokens = answers.flatMap(({ cookies }) => cookies).map(tokenIn);
    const secrets = tokens.map((token) => splitToken(token)?.secret ?? '').filter(Boolean);
    return {
      said: said.join(''),
      events: [...heard, ...published],
      answers,
      secrets,
      parts: partsOf(app),
      metrics: await recorded.text(),
    };
  } finally {
    LOG.setLogLevels(['fatal']);
    for (const spy of spies) spy.mockRestore();
  }
}

const partsOf = ({ nest }: TestApp): string =>
  [Session, Sessions, SessionEvents, SessionRuntime, SessionProvider, CredentialProvider]
    .map((token) => nest.get(token as never))
    .map((part) => `${inspect(part, { depth: 12, showHidden: true })}\n${jsonOf(part)}`)
    .join('\n');

function jsonOf(part: unknown): string {
  try {
    return JSON.stringify(part) ?? '';
  } catch (error) {
    return String(error);
  }
}

/** Everything happens: logins, thefts, races, mistakes, an outage, a record that cannot be read, the end of time. */
async function busyRun(app: TestApp, send: Send): Promise<void> {
  const [user, other, stranger] = [app.visitor(), app.visitor(), app.visitor()];
  for (const visitor of [user, other]) await send(visitor, 'POST', '/login');
  for (const path of ['/print', '/devices']) await send(user, 'GET', path);
  for (const what of Object.keys(ACTS).filter((name) => name !== 'logout' && name !== 'sign-out-others')) {
    await send(user, 'POST', `/do/${what}`, { secret: VALUE });
  }
  await send(user, 'POST', '/legacy');
  const thief = user.twin();
  app.clock.advance(10 * MINUTE_MS);
  for (const path of ['/devices', '/devices', '/devices']) await send(user, 'GET', path);
  await send(user, 'POST', '/do/sign-out-others');
  await send(other, 'POST', '/legacy');
  app.clock.advance(MINUTE_MS);
  await send(thief, 'GET', '/devices');
  for (const cookie of [`serving_session=${VALUE}`, `serving_session=${newSessionId()}.${VALUE}`]) {
    stranger.receive(`${cookie}; Path=/`);
    await send(stranger, 'GET', '/devices');
  }
  await dyingSession(app, send);
  await brokenStore(app, send);
}

async function dyingSession(app: TestApp, send: Send): Promise<void> {
  const [leaver, late] = [app.visitor(), app.visitor()];
  for (const visitor of [leaver, late]) await send(visitor, 'POST', '/login');
  pause = new Gate();
  const slow = send(leaver.twin(), 'POST', '/slow');
  await pause.reached;
  await send(leaver, 'POST', '/do/logout');
  pause.open();
  await slow;
  app.clock.advance(30 * MINUTE_MS);
  await send(late, 'GET', '/devices');
}

async function brokenStore(app: TestApp, send: Send): Promise<void> {
  const visitor = app.visitor();
  await send(visitor, 'POST', '/login');
  const store = app.nest.get<InMemorySessionProvider>(SessionProvider);
  const load = jest.spyOn(store, 'load');
  load.mockImplementationOnce(() => ({ text: VALUE, deadline: app.clock.now() + MINUTE_MS }));
  await send(visitor, 'GET', '/devices');
  load.mockImplementationOnce(() => {
    throw new Error('The store is down.');
  });
  await send(visitor, 'GET', '/devices');
  load.mockRestore();
}

const parts = (): AppParts => ({
  controllers: [Busy],
  imports: [SessionMetricsModule],
  session: {
    sessionProvider: InMemorySessionProvider,
    timeouts: { renewal: '10m' },
    principals: { userKey: 'userId', deviceFacts: true, limit: 5 },
    auth: { credentialProvider: 'serving.auth:HMACCredentialProvider', config: { secrets: [TOKEN_SECRET] } },
    encryption: { keys: [KEY] },
  },
  nest: {
    logger: LOG,
  },
});

/** What the owner of a list of devices may read of them. */
const withoutDevices = ({ body }: Answer): string =>
  JSON.stringify(body ?? null)
    .replaceAll(DEVICE, '')
    .replaceAll(BROWSER, '');

const headersOf = ({ headers }: Answer): string =>
  JSON.stringify([...headers].filter(([name]) => name !== 'set-cookie'));

describe.each(PLATFORMS)('the canaries of a busy run on %s (law F5)', (_, platform) => {
  const run = () => attacked(platform, parts(), (app) => outputOf(app, (send) => busyRun(app, send)));

  it('are found in Set-Cookie and nowhere else', async () => {
    const { said, events, answers, secrets, metrics, parts: shown } = await run();
    const told = [JSON.stringify(events), inspect(events, { depth: 12 })].join('\n');
    const places = {
      said,
      told,
      shown,
      metrics,
      bodies: answers.map(withoutDevices).join('\n'),
      headers: answers.map(headersOf).join('\n'),
    };
    expect(new Set(secrets).size).toBeGreaterThan(6);
    for (const secret of [CANARY, TOKEN_SECRET, KEY, ...secrets]) {
      for (const [place, text] of Object.entries(places)) {
        expect({ place, found: text.includes(secret) }).toEqual({ place, found: false });
      }
    }
  });

  it('had every chance to be found: the run was as busy as it says', async () => {
    const { said, events, answers, metrics } = await run();
    expect(metrics).toContain('nestjs.session.events');
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(
      [
        ...['corrupt-record', 'created', 'dropped', 'expired', 'invalidated', 'login', 'malformed-token'],
        ...['outage', 'regenerated', 'reuse-detected', 'revoked', 'rotated', 'unannounced-login'],
        'unknown-token',
      ].sort(),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201, 409, 500, 503]));
    for (const text of [
      'Session {',
      'A listener to the session event',
      'A principal cannot be',
      'The session has',
    ]) {
      expect(said).toContain(text);
    }
    expect(answers.map(({ body }) => JSON.stringify(body ?? null)).join()).toContain(DEVICE);
  });

  it('are found, unprotected: where an app prints what it must not', async () => {
    const { said } = await attacked(platform, parts(), (app) =>
      outputOf(app, async (send) => {
        const { cookies } = await send(app.visitor(), 'POST', '/login');
        process.stdout.write(`${tokenIn(cookies.join())} wrote ${VALUE}`);
      }),
    );
    expect(said).toContain(CANARY);
  });
});

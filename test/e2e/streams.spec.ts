import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGzip, gunzipSync } from 'node:zlib';
import { Controller, Get, Param, Res, Sse, StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concat, defer, NEVER, of } from 'rxjs';
import { CurrentSession, Session } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { Gate } from '../../lib/testing/gate.js';
import { type AppParts, TestApp } from '../support/app.js';
import { Exchange } from '../support/exchange.js';
import { PLATFORMS } from '../support/running-app.js';

const MIB = 1024 * 1024;
/** No power of two long, so that a chunk that is lost, doubled or out of order shows. */
const LARGE = Buffer.alloc(5 * MIB, Array.from({ length: 251 }, (_, byte) => byte) as unknown as Uint8Array);

type AnyResponse = ServerResponse | { readonly raw: ServerResponse };
type Next = () => void;
type Raw = IncomingMessage & { readonly session: Session };

const rawOf = (response: AnyResponse): ServerResponse => ('raw' in response ? response.raw : response);

/** How many writers came to their end. */
let written = 0;

/** Where a handler waits until its test lets it go on. */
let pause = new Gate();

@Controller()
class StreamController {
  @Get('large/:how')
  large(@CurrentSession() session: Session, @Param('how') how: string): StreamableFile {
    session.set('large', how);
    return how === 'file' ? new StreamableFile(LARGE) : new StreamableFile(Readable.from(slices()));
  }

  @Get('raw-large/:how')
  rawLarge(
    @CurrentSession() session: Session,
    @Param('how') how: string,
    @Res() response: AnyResponse,
  ): void {
    session.set('large', how);
    const raw = rawOf(response);
    if (how === 'end') raw.end(LARGE);
    if (how === 'pipe') Readable.from(slices()).pipe(raw);
    if (how === 'small') Readable.from(['in ', 'small ', 'pieces']).pipe(raw);
    if (how === 'pipeline') pipeline(Readable.from(slices()), raw, () => undefined);
    if (how === 'drain') void writeAll(raw);
  }

  @Get('while-held')
  whileHeld(@CurrentSession() session: Session, @Res() response: AnyResponse): void {
    session.set('first', 1);
    rawOf(response).write('one ');
    session.set('second', 2);
    rawOf(response).end('two');
  }

  @Get('head-first')
  async headFirst(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    rawOf(response).writeHead(202);
    await Promise.resolve();
    session.set('after', 'the head');
    rawOf(response).end('accepted');
  }

  @Get('generator')
  async *generator(@CurrentSession() session: Session): AsyncGenerator<string> {
    session.set('steps', [1]);
    const steps: unknown = session.get('steps');
    yield 'one ';
    await pause.pass();
    (steps as number[]).push(2);
    yield 'two';
  }

  @Get('endless-generator')
  async *endlessGenerator(@CurrentSession() session: Session): AsyncGenerator<string> {
    session.set('sent', 1);
    yield 'one ';
    session.set('sent', 2);
    await pause.pass();
    await new Promise(() => undefined);
  }

  @Get('fails-underway')
  failsUnderway(@CurrentSession() session: Session, @Res() response: AnyResponse): never {
    session.set('begun', true);
    rawOf(response).write('begun');
    throw new Error('A fault on the way.');
  }

  @Get('twice/:write')
  twice(
    @CurrentSession() session: Session,
    @Param('write') write: string,
    @Res() response: AnyResponse,
  ): void {
    if (write === 'held') session.set('answered', true);
    const raw = rawOf(response);
    raw.end('in time');
    raw.write('too late');
    raw.end();
  }

  @Sse('events')
  events(@CurrentSession() session: Session) {
    session.set('sent', 1);
    return concat(of({ data: 'one' }), this.second(session));
  }

  @Sse('endless')
  endless(@CurrentSession() session: Session) {
    return concat(of({ data: 'one' }), this.second(session), NEVER);
  }

  @Get('late')
  async late(@Res() response: AnyResponse): Promise<void> {
    rawOf(response).write('on its way ');
    const session = await Session.loadSession();
    session.set('late', true);
    rawOf(response).end('to you');
  }

  @Get('after-end')
  afterEnd(@CurrentSession() session: Session, @Res() response: AnyResponse): void {
    rawOf(response).end('sent');
    session.set('after', 'the end');
  }

  @Get('refused/:what')
  refused(
    @CurrentSession() session: Session,
    @Param('what') what: string,
    @Res() response: AnyResponse,
  ): void {
    session.set('refused', what);
    const raw = rawOf(response);
    if (what === 'status') raw.writeHead(99);
    if (what === 'chunk') raw.write({});
    raw.end('fine');
  }

  @Get('write')
  write(@CurrentSession() session: Session): void {
    session.set('written', true);
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }

  @Get('number/:n')
  number(@CurrentSession() session: Session, @Param('n') n: string): string {
    session.set(`number${n}`, n);
    return `number ${n}`;
  }

  @Get('outside')
  outside(): string {
    return 'no session here';
  }

  private second(session: Session) {
    return defer(async () => {
      await pause.pass();
      session.set('sent', 2);
      return { data: 'two' };
    });
  }
}

function* slices(): Generator<Buffer> {
  for (let start = 0; start < LARGE.length; start += 100_000) yield LARGE.subarray(start, start + 100_000);
}

async function writeAll(raw: ServerResponse): Promise<void> {
  for (const slice of slices()) {
    if (!raw.write(slice)) await new Promise((resolve) => raw.once('drain', resolve));
  }
  raw.end();
  written += 1;
}

/** What `compression` does: writes, ends and drains through a stream of its own, and takes the head into its own hands. */
function squeeze(request: IncomingMessage, response: ServerResponse, next: Next): void {
  if (!request.headers['x-squeeze']) return next();
  const [write, end, on] = [
    response.write.bind(response),
    response.end.bind(response),
    response.on.bind(response),
  ];
  const gzip = createGzip();
  const begin = (): void => {
    if (response.headersSent) return;
    response.setHeader('Content-Encoding', 'gzip');
    response.removeHeader('Content-Length');
    response.writeHead(response.statusCode);
  };
  gzip.on('data', (chunk: Buffer) => void (write(chunk) || gzip.pause())).on('end', () => void end());
  on('drain', () => void gzip.resume());
  const squeezing = {
    write: (chunk: Buffer) => (begin(), gzip.write(chunk)),
    end: (chunk?: Buffer) => (begin(), gzip.end(chunk), response),
    on: (event: string, listener: () => void) =>
      event === 'drain' ? (gzip.on(event, listener), response) : on(event, listener),
  };
  Object.assign(response, squeezing);
  next();
}

/** Keeps the body to itself and sends head and body at the end, as middleware does that rewrites pages. */
function wrap(_: IncomingMessage, response: ServerResponse, next: Next): void {
  const end = response.end.bind(response);
  response.end = (() => {
    response.removeHeader('Content-Length');
    response.writeHead(200, { 'Set-Cookie': 'theirs=1', 'Cache-Control': 'public' });
    return end('<>');
  }) as typeof response.end;
  next();
}

/** Opens the gate on the response, as a middleware does that looks at the session. */
function look(request: IncomingMessage, _: ServerResponse, next: Next): void {
  if (request.headers['x-look']) void (request as Raw).session.load().then(() => next(), next);
  else next();
}

describe.each(PLATFORMS)('a response on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, {
      controllers: [StreamController],
      main: (nest) => void nest.use(look).use(squeeze),
    });
  });

  afterAll(() => app.close());

  /** A visitor whose session is in the store. */
  async function known() {
    const visitor = app.visitor();
    await visitor.get('/write');
    return visitor;
  }

  const cookieOf = (lines: readonly string[] = []): string => lines[0]?.split(';')[0] ?? '';

  /** Several round trips of others: whatever the server has sent by then has come to the client. */
  async function others(): Promise<void> {
    for (let trip = 0; trip < 3; trip++) await app.visitor().get('/outside');
  }

  it.each([
    'large/file',
    'large/stream',
    'raw-large/end',
    'raw-large/pipe',
    'raw-large/pipeline',
    'raw-large/drain',
  ])('of 5 MiB is held and then whole, by /%s', async (path) => {
    const gate = app.store.hold('create');
    const exchange = new Exchange(`${app.url}/${path}`);
    await gate.reached;
    await others();
    expect(exchange.bytes).toBe(0);
    gate.open();
    const { body, headers } = await exchange.received;
    expect(body.equals(LARGE)).toBe(true);
    expect(app.stored(cookieOf(headers['set-cookie']))).toEqual({ large: path.split('/')[1] });
  });

  it.each([
    ['large', 'after', 'pipe', { 'x-squeeze': 'yes' }],
    ['large', 'before', 'pipe', { 'x-squeeze': 'yes', 'x-look': 'yes' }],
    ['small', 'after', 'small', { 'x-squeeze': 'yes' }],
    ['small', 'before', 'small', { 'x-squeeze': 'yes', 'x-look': 'yes' }],
  ])(
    'is held and then whole when it is %s and compressed, with a gate put up %s',
    async (...[, , how, headers]) => {
      const gate = app.store.hold('create');
      const exchange = new Exchange(`${app.url}/raw-large/${how}`, { headers });
      await gate.reached;
      await others();
      expect(exchange.bytes).toBe(0);
      gate.open();
      const received = await exchange.received;
      expect(received.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(received.body).equals(how === 'pipe' ? LARGE : Buffer.from('in small pieces'))).toBe(
        true,
      );
      expect(app.stored(cookieOf(received.headers['set-cookie']))).toEqual({ large: how });
    },
  );

  it('is followed by what was changed while its commit ran', async () => {
    const visitor = app.visitor();
    const answer = await visitor.get('/while-held');
    expect(answer.body).toBe('one two');
    expect(app.stored(visitor.cookie)).toEqual({ first: 1, second: 2 });
  });

  it('carries a cookie although writeHead() came before the change', async () => {
    const visitor = app.visitor();
    expect(await visitor.get('/head-first')).toMatchObject({ status: 202, body: 'accepted' });
    expect(app.stored(visitor.cookie)).toEqual({ after: 'the head' });
  });

  it('answers pipelined requests in order, each after its commit', async () => {
    const visitor = await known();
    const requests = [1, 2, 3, 4].map(
      (n) =>
        `GET /number/${n} HTTP/1.1\r\nHost: localhost\r\nCookie: ${visitor.cookie}\r\n${n < 4 ? '' : 'Connection: close\r\n'}\r\n`,
    );
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(requests.join(''));
    const all = await text(socket);
    expect(all.match(/number \d/g)).toEqual(['number 1', 'number 2', 'number 3', 'number 4']);
    expect(app.stored(visitor.cookie)).toEqual({
      written: true,
      number1: '1',
      number2: '2',
      number3: '3',
      number4: '4',
    });
  });

  it('that streams commits what it changed on the way before its last byte', async () => {
    for (const [path, values] of [
      ['/generator', { steps: [1, 2] }],
      ['/events', { sent: 2 }],
    ] as const) {
      pause = new Gate();
      const exchange = new Exchange(app.url + path);
      await pause.reached;
      const late = app.store.hold('replace');
      pause.open();
      await late.reached;
      await others();
      const ended = await Promise.race([exchange.received.then(() => true), others().then(() => false)]);
      expect(ended).toBe(false);
      late.open();
      const { headers } = await exchange.received;
      expect(app.stored(cookieOf(headers['set-cookie']))).toEqual(values);
    }
  });

  it('that streams is cut, never cleanly ended, when the commit of what it changed on the way fails', async () => {
    for (const path of ['/generator', '/events']) {
      pause = new Gate();
      const exchange = new Exchange(app.url + path);
      await pause.reached;
      app.store.every('replace', 'fail-before');
      pause.open();
      await expect(exchange.received).rejects.toThrow('aborted');
      app.store.heal();
      expect(app.log.of('warn').at(-1)).toContain(`GET ${path} was cut off`);
    }
  });

  it('that streams for ever commits what it changed, when its client leaves', async () => {
    const visitor = await known();
    pause = new Gate();
    const exchange = new Exchange(`${app.url}/endless`, { headers: { cookie: visitor.cookie } });
    await pause.reached;
    const before = exchange.bytes;
    pause.open();
    while (exchange.bytes === before) await others();
    const saved = app.store.holdAnswer('replace');
    exchange.abort();
    await saved.reached;
    saved.open();
    expect(app.stored(visitor.cookie)).toEqual({ written: true, sent: 2 });
  });

  it('that is cut without an end commits what it changed, when its client leaves', async () => {
    pause = new Gate();
    const exchange = new Exchange(`${app.url}/endless-generator`);
    await pause.reached;
    const saved = app.store.holdAnswer('replace');
    exchange.abort();
    await saved.reached;
    saved.open();
    expect(app.store.given.at(-1)).toContain('"sent"\n2\n');
  });

  it('whose handler fails when it has begun to write is ended and not answered twice', async () => {
    const { status, body } = await new Exchange(`${app.url}/fails-underway`).received;
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'begun' });
  });

  it.each(['held', 'sent'])('that is complete takes nothing more, be it %s', async (how) => {
    const { status, body } = await new Exchange(`${app.url}/twice/${how}`).received;
    await others();
    expect({ status, body: body.toString() }).toEqual({ status: 200, body: 'in time' });
  });

  it('whose commit failed keeps no writer waiting', async () => {
    const before = written;
    app.store.next('create', 'fail-before');
    expect((await new Exchange(`${app.url}/raw-large/drain`).received).status).toBe(503);
    await others();
    expect(written - before).toBe(1);
  });

  it('whose client left keeps no writer waiting', async () => {
    const before = written;
    const gate = app.store.hold('create');
    const exchange = new Exchange(`${app.url}/raw-large/drain`);
    await gate.reached;
    exchange.abort();
    await others();
    gate.open();
    await others();
    expect(written - before).toBe(1);
  });

  it('that had begun before the session was first used saves a session that exists', async () => {
    const visitor = await known();
    expect(await visitor.get('/late')).toMatchObject({ body: 'on its way to you', cookies: [] });
    expect(app.stored(visitor.cookie)).toEqual({ written: true, late: true });
  });

  it('that had begun or ended makes no session any more that no cookie could name, and says so', async () => {
    const before = app.store.calls.create;
    const events = await eventsDuring(async () => {
      expect(await app.visitor().get('/late')).toMatchObject({ body: 'on its way to you', cookies: [] });
      expect(await app.visitor().get('/after-end')).toMatchObject({ body: 'sent', cookies: [] });
      await others();
    });
    expect(events.map(({ type }) => type)).toEqual(['late-write', 'late-write']);
    expect(app.store.calls.create).toBe(before);
  });

  it('that has ended still saves what its handler changes then, in a session that exists', async () => {
    const visitor = await known();
    const saved = app.store.holdAnswer('replace');
    await visitor.get('/after-end');
    await saved.reached;
    saved.open();
    expect(app.stored(visitor.cookie)).toEqual({ written: true, after: 'the end' });
  });

  it.each(['status', 'chunk'])('with a %s that Node refuses fails that request alone', async (what) => {
    const exchange = new Exchange(`${app.url}/refused/${what}`);
    const status = await exchange.received.then(
      (received) => received.status,
      () => 'cut off',
    );
    expect([500, 'cut off']).toContain(status);
    expect(await app.visitor().get('/outside')).toMatchObject({ status: 200 });
  });
});

describe('a response of a server that takes much at a time', () => {
  it('goes on after it was held, although the server never says so', async () => {
    const platform = () => new FastifyAdapter({ http: { highWaterMark: 16 * MIB } });
    await TestApp.within(platform, { controllers: [StreamController] }, async (app) => {
      const { body } = await new Exchange(`${app.url}/raw-large/drain`).received;
      expect(body.equals(LARGE)).toBe(true);
    });
  });
});

describe('a middleware on Express that sends its own head at the end', () => {
  it('sends our headers with it', async () => {
    const platform = () => new ExpressAdapter();
    const parts: AppParts = { controllers: [StreamController], main: (nest) => void nest.use(wrap) };
    await TestApp.within(platform, parts, async (app) => {
      const { headers, body } = await new Exchange(`${app.url}/write`).received;
      expect(headers['set-cookie']).toEqual(['theirs=1', expect.stringMatching(/^serving_session=/)]);
      expect(headers['cache-control']).toBe('no-store');
      expect(body.toString()).toBe('<>');
    });
  });
});

import {
  Controller,
  Get,
  HttpException,
  InternalServerErrorException,
  type NestInterceptor,
  Param,
  Post,
  Res,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { catchError, throwError } from 'rxjs';
import { CurrentSession, Session } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

const NOTHING: unknown = undefined;

/** Each way in which a payment may break after it was noted as paid. */
const FAULTS: Readonly<Record<string, () => unknown>> = {
  error: () => {
    throw new TypeError('A fault in the handler.');
  },
  text: () => {
    // oxlint-disable-next-line typescript/only-throw-error -- people do
    throw 'a text';
  },
  nothing: () => Promise.reject(NOTHING),
  later: async () => {
    await new Promise(setImmediate);
    throw new Error('A fault after a turn.');
  },
  observable: () => throwError(() => new Error('A fault in a stream of values.')),
  internal: () => {
    throw new InternalServerErrorException();
  },
  gateway: () => {
    throw new HttpException('The bank is down.', 502);
  },
};

interface AnyResponse {
  status(code: number): { send(body: string): unknown };
}

@Controller()
class Payment {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada').set('basket', ['tea']);
  }

  @Post('pay/by-hand')
  payByHand(@CurrentSession() session: Session, @Res() response: AnyResponse): void {
    session.set('paid', true);
    response.status(500).send('failed');
  }

  @Post('pay/:fault')
  pay(@CurrentSession() session: Session, @Param('fault') fault: string): unknown {
    session.set('paid', true).delete('user');
    (session.get('basket') as string[] | undefined)?.push('gold');
    return FAULTS[fault] ? FAULTS[fault]() : { unserialisable: 1n };
  }

  @Post('renew/:fault')
  async renew(@CurrentSession() session: Session, @Param('fault') fault: string): Promise<unknown> {
    await session.regenerate({ keep: ['user'] });
    session.set('paid', true);
    return FAULTS[fault]?.();
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }
}

/** Pays and fails. Answers what the client got and what its cookie opens then. */
const payment = (path: string, known: boolean) => async (app: TestApp) => {
  const visitor = app.visitor();
  if (known) await visitor.post('/login');
  const { cookie } = visitor;
  const { status, cookies } = await visitor.post(path);
  return {
    status,
    cookies: cookies.length,
    sameToken: visitor.cookie === cookie,
    records: app.provider.memory.usage.records,
    session: (await visitor.get('/read')).body,
    old: (await app.visitor().get('/read', { cookie })).body,
    token: tokenIn(visitor.cookie),
  };
};

const parts: AppParts = { controllers: [Payment] };
const paths = [...Object.keys(FAULTS), 'by-hand'].map((fault) => `/pay/${fault}`);

describe.each(PLATFORMS)('A30 a handler that fails after it wrote, on %s', (_, platform) => {
  it.each(paths)('leaves a session as it was: %s', async (path) => {
    const session = { user: 'Ada', basket: ['tea'] };
    expect(await attacked(platform, parts, payment(path, true))).toMatchObject({
      status: path === '/pay/gateway' ? 502 : 500,
      cookies: 0,
      sameToken: true,
      session,
    });
  });

  it.each(paths)('makes no session for a stranger, and no cookie for none: %s', async (path) => {
    const outcome = await attacked(platform, parts, payment(path, false));
    expect(outcome).toMatchObject({ cookies: 0, records: 0, session: {}, token: '' });
  });

  it.each(['error', 'later', 'internal'])(
    'hands out the token of a regenerate that was acknowledged: %s',
    async (fault) => {
      const outcome = await attacked(platform, parts, payment(`/renew/${fault}`, true));
      expect(outcome).toMatchObject({ status: 500, cookies: 1, sameToken: false, session: { user: 'Ada' } });
      expect(outcome.old).toEqual({});
    },
  );

  it('fails too late when its result cannot be serialised: it is committed then, and the cookie opens it', async () => {
    const outcome = await attacked(platform, parts, payment('/pay/unserialisable', false));
    expect(outcome).toMatchObject({ status: 500, cookies: 1, records: 1, session: { paid: true } });
  });
});

describe.each(PLATFORMS)('A30 on %s, unprotected', (_, platform) => {
  /** Saves what there is, whatever happened, as libraries do that hook into the end of a response. */
  const savesAnyway: NestInterceptor = {
    intercept(context, next) {
      const { session } = context.switchToHttp().getRequest<{ session: Session }>();
      return next.handle().pipe(
        catchError(async (error: unknown) => {
          await session.save();
          throw error;
        }),
      );
    },
  };
  const twin: AppParts = { ...parts, main: (nest) => void nest.useGlobalInterceptors(savesAnyway) };

  it('what was paid for is not known to the bank', async () => {
    const { session } = await attacked(platform, twin, payment('/pay/error', true));
    expect(session).toEqual({ basket: ['tea', 'gold'], paid: true });
  });

  it('a stranger gets a session that nobody completed', async () => {
    const outcome = await attacked(platform, twin, payment('/pay/error', false));
    expect(outcome).toMatchObject({ status: 500, cookies: 1, records: 1, session: { paid: true } });
  });
});

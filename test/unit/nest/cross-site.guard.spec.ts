import { ForbiddenException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { AllowCrossSite, CROSS_SITE_OPTIONS, CrossSiteGuard } from '../../../lib/index.js';
import { executionContext } from '../../support/execution-context.js';
import { rejectionOf, thrownBy } from '../../support/thrown-by.js';

const HOST = 'app.example.com';
const evil = { method: 'POST', headers: { host: HOST, 'sec-fetch-site': 'cross-site' } };
const own = { method: 'POST', headers: { host: HOST, 'sec-fetch-site': 'same-origin' } };

const guard = new CrossSiteGuard();

/** What the guard says to a resolver whose server keeps the request like this. */
const resolving = (contextValue: unknown, operation = 'mutation'): unknown => {
  const args = [undefined, {}, contextValue, { operation: { operation } }];
  return thrownBy(() => guard.canActivate(executionContext({ type: 'graphql', args }))) ?? true;
};

describe('CrossSiteGuard in GraphQL', () => {
  it.each<[string, (request: unknown) => unknown]>([
    ['Apollo', (req) => ({ req })],
    ['Yoga', (request) => ({ request })],
    ['Mercurius', (request) => ({ app: {}, reply: { request } })],
    ['graphql-ws', (request) => ({ extra: { request } })],
    ['a server that hands on the request itself', (request) => request],
  ])('finds the request of %s', (_, contextOf) => {
    expect(resolving(contextOf(own))).toBe(true);
    expect(resolving(contextOf(evil))).toBeInstanceOf(ForbiddenException);
  });

  it('reads the headers of a Request of the web', () => {
    const request = (site: string): Request => {
      return new Request('http://app.example.com', { method: 'POST', headers: { 'sec-fetch-site': site } });
    };
    expect(resolving({ request: request('same-origin') })).toBe(true);
    expect(resolving({ request: request('cross-site') })).toBeInstanceOf(ForbiddenException);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    ['text'],
    [{ req: null }],
    [{ req: { method: 'POST', headers: null } }],
    [{ headers: { authorization: 'of a context that keeps a part of the headers' } }],
  ])('refuses a mutation whose context %j holds no request, and says what to do', (contextValue) => {
    expect(resolving(contextValue)).toMatchObject({
      status: 403,
      message: expect.stringContaining('Fix: let it have one'),
    });
  });

  it('lets a subscription be, which came through a socket', () => {
    expect(resolving({}, 'subscription')).toBe(true);
  });

  it('does not break where there are no arguments at all', () => {
    expect(thrownBy(() => guard.canActivate(executionContext({ type: 'graphql', args: [] })))).toBeInstanceOf(
      ForbiddenException,
    );
  });
});

describe('CrossSiteGuard beside HTTP', () => {
  it.each([['ws'], ['rpc'], ['telegraf']])('leaves a message of the kind %s alone', (type) => {
    expect(guard.canActivate(executionContext({ type, args: [{}, {}] }))).toBe(true);
  });
});

describe('AllowCrossSite()', () => {
  class Hooks {
    @AllowCrossSite()
    open(): void {}

    closed(): void {}
  }

  @AllowCrossSite()
  class OpenHooks {
    any(): void {}
  }

  const admits = (controller: NewableFunction, handler: () => void): unknown =>
    thrownBy(() => guard.canActivate(executionContext({ args: [evil], controller, handler }))) === undefined;

  it('opens a handler, or all handlers of a class, and nothing else', () => {
    expect(admits(Hooks, Hooks.prototype.open)).toBe(true);
    expect(admits(Hooks, Hooks.prototype.closed)).toBe(false);
    expect(admits(OpenHooks, OpenHooks.prototype.any)).toBe(true);
  });

  it('opens a resolver whose context holds no request', () => {
    const context = executionContext({ type: 'graphql', args: [], handler: Hooks.prototype.open });
    expect(guard.canActivate(context)).toBe(true);
  });
});

describe('CrossSiteGuard made by Nest', () => {
  const made = (options?: unknown) =>
    Test.createTestingModule({
      providers: [
        CrossSiteGuard,
        ...(options === undefined ? [] : [{ provide: CROSS_SITE_OPTIONS, useValue: options }]),
      ],
    }).compile();

  const listed = executionContext({
    args: [
      { method: 'POST', headers: { 'sec-fetch-site': 'same-site', origin: 'https://admin.example.com' } },
    ],
  });

  it('takes its options by injection, and none for an empty list', async () => {
    const withList = await made({ allowedOrigins: ['https://admin.example.com'] });
    expect(withList.get(CrossSiteGuard).canActivate(listed)).toBe(true);
    const without = await made();
    expect(thrownBy(() => without.get(CrossSiteGuard).canActivate(listed))).toBeInstanceOf(
      ForbiddenException,
    );
  });

  it('stops the boot when they cannot work', async () => {
    expect(await rejectionOf(made({ allowedOrigins: ['*'] }))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('- CrossSiteGuard: allowedOrigins[0] is "*", wanted an origin'),
    });
  });
});

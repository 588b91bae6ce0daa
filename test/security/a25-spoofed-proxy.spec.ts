import { Controller, type INestApplication, Post } from '@nestjs/common';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import type { Platform } from '../support/running-app.js';
import { folderWith } from '../support/temporary-folder.js';

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }
}

/** Headers by which proxies say that the client's connection is encrypted. */
const CLAIMS: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-proto': 'HTTPS, http' },
  { forwarded: 'for=192.0.2.1;proto=https' },
  { 'x-forwarded-ssl': 'on' },
  { 'x-forwarded-scheme': 'https' },
  { 'x-url-scheme': 'https' },
  { 'front-end-https': 'on' },
  { 'x-arr-ssl': '2048|256' },
  { 'cloudfront-forwarded-proto': 'https' },
];

/** Whom the app takes for its proxy: nobody, somebody who is not the client, or whoever comes. */
type Trust = false | '10.0.0.1' | true;

const APPS: readonly (readonly [string, (trust: Trust) => [Platform, (nest: INestApplication) => void]])[] = [
  [
    'Express',
    (trust) => [
      () => new ExpressAdapter(),
      (nest) => void (nest as NestExpressApplication).set('trust proxy', trust),
    ],
  ],
  ['Fastify', (trust) => [() => new FastifyAdapter({ trustProxy: trust }), () => undefined]],
];

describe.each(APPS)('A25 a spoofed proxy header on %s', (_, appWith) => {
  /** Whether a new session's cookie is Secure, for each of the claims. */
  async function secureBy(
    trust: Trust,
    claims: readonly Readonly<Record<string, string>>[],
    session: SessionModuleOptions = {},
  ): Promise<boolean[]> {
    const [platform, main] = appWith(trust);
    return attacked(platform, { controllers: [Account], session, main }, async (app) => {
      const verdicts: boolean[] = [];
      for (const claim of claims) verdicts.push(await isSecure(app, claim));
      return verdicts;
    });
  }

  async function isSecure(app: TestApp, claim: Readonly<Record<string, string>>): Promise<boolean> {
    const { cookies } = await app.visitor().send('POST', '/login', undefined, claim);
    expect(cookies).toHaveLength(1);
    return /; Secure(;|$)/.test(cookies.join());
  }

  it.each([false, '10.0.0.1'] as const)('changes nothing (trusted proxy: %p)', async (trust) => {
    expect(await secureBy(trust, [{}, ...CLAIMS])).toEqual([false, ...CLAIMS.map(() => false)]);
  });

  it('cannot take Secure away where it is certain', async () => {
    const claims = [{}, { 'x-forwarded-proto': 'http' }];
    const production = { environment: 'prod', directory: folderWith({ 'serving.prod.yaml': 'session: {}' }) };
    for (const trust of [false, true] as const) {
      expect(await secureBy(trust, claims, production)).toEqual([true, true]);
      expect(await secureBy(trust, claims, { cookie: { secure: true } })).toEqual([true, true]);
    }
  });

  it('decides, unprotected: where every client is taken for a proxy', async () => {
    const claims = [{ 'x-forwarded-proto': 'https' }, { 'x-forwarded-proto': 'http' }, {}];
    expect(await secureBy(true, claims)).toEqual([true, false, false]);
  });
});

import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SESSION_CONFIG } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { splitToken } from '../../lib/credentials/token.js';
import { TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { NaiveSessionProvider } from '../support/naive-session-provider.js';
import { PLATFORMS } from '../support/running-app.js';
import { rejectionOf } from '../support/thrown-by.js';

@Controller()
class Cart {
  @Post('add')
  add(@CurrentSession() session: Session): void {
    session.set('cart', ['canary']);
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { cart: session.get('cart', null) };
  }
}

const controllers = [Cart];
const keys = [newNonce()];

describe.each(PLATFORMS)('an app with keys on %s', (_, platform) => {
  it('gives its store sealed values, and its handlers open ones', async () => {
    await attacked(platform, { controllers, session: { encryption: { keys } } }, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/add');
      const stored = app.provider.memory.load(splitToken(tokenIn(visitor.cookie))?.id ?? '');
      expect(stored?.text).toMatch(/\nv1\./);
      expect(stored?.text).not.toContain('canary');
      expect((await visitor.get('/read')).body).toEqual({ cart: ['canary'] });
    });
  });

  it('works with a class of four methods, which sees sealed values as well', async () => {
    const sessionProvider = new NaiveSessionProvider();
    await attacked(
      platform,
      { controllers, session: { encryption: { keys }, sessionProvider } },
      async (app) => {
        const visitor = app.visitor();
        await visitor.post('/add');
        expect((await visitor.get('/read')).body).toEqual({ cart: ['canary'] });
        expect(JSON.stringify([...sessionProvider.sessions])).not.toContain('canary');
      },
    );
  });

  it('does not show them to whoever injects the settings', async () => {
    await attacked(platform, { controllers, session: { encryption: { keys } } }, (app) => {
      expect(JSON.stringify(app.nest.get(SESSION_CONFIG))).not.toContain(keys[0]);
      return Promise.resolve();
    });
  });

  it('does not start with a weak one', async () => {
    const session = { encryption: { keys: [...keys, 'keyboard cat'] } };
    const error = await rejectionOf(TestApp.start(platform, { controllers, session }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('encryption.keys.1 is a string of 12 bytes, known from examples');
  });
});

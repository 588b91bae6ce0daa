import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SessionModule } from '../../../lib/index.js';
import { withTestSessions } from '../../../lib/testing/index.js';
import { Account, type Me } from '../../e2e/fixtures/account.js';
import { tell } from './task.js';

/** What `inject()` does with the clients of a kit; below Node 24.9 jest cannot load what Fastify needs for it. */
const kit = withTestSessions(
  Test.createTestingModule({
    imports: [SessionModule.forRoot({ directory: import.meta.dirname })],
    controllers: [Account],
  }),
);
const app = (await kit.builder.compile()).createNestApplication<NestFastifyApplication>(
  new FastifyAdapter(),
  {
    logger: false,
  },
);
await app.init();
const ada = await kit.client(app).as('ada', { values: { cart: [1] } });
const visitor = kit.client(app.getHttpAdapter().getInstance());

const told = (me: { json(): unknown }): void => tell(JSON.stringify((me.json() as Me).principal));

told(await ada.get('/me'));
told(await visitor.get('/me'));
kit.expectCookie(await visitor.post('/login/bob', {}), 'set', { HttpOnly: true });
told(await visitor.get('/me'));
await visitor.request({ method: 'POST', url: '/values', payload: { cart: [2] }, headers: { 'x-any': '1' } });
await kit.expectValues(visitor.cookie, { cart: [2] });
await kit.expectValues(ada.cookie, { cart: [1] });
kit.expectCookie(await ada.post('/logout'), 'cleared');
tell(JSON.stringify(ada.cookie));
told(await ada.get('/me'));
await app.close();

import { describe, expect, it } from '@jest/globals';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentSession, Session, WebSocketOrigins } from '../../lib/index.js';
import { CartService, DeskController, DeskGateway } from '../e2e/web-socket/desk-gateway.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import { SOCKETS } from '../support/sockets.js';

const ADMIN = 'https://admin.example.com';
const { allowRequest, verifyClient } = new WebSocketOrigins({ allowedOrigins: [ADMIN] });

/** Each library takes its own of the two options, and ignores the other. */
@WebSocketGateway({ allowRequest, verifyClient })
class GuardedGateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): { event: string; data: string | null } {
    return { event: 'answer', data: session.principal };
  }
}

const COMBINATIONS = PLATFORMS.flatMap(([platform, makePlatform]) =>
  SOCKETS.map(([name, kind]) => [`${name} on ${platform}`, makePlatform, kind] as const),
);

describe.each(COMBINATIONS)(
  'A61 a gateway of %s that is asked for a socket with the cookie of a victim',
  (_name, platform, kind) => {
    /** Whose session a page of another origin gets to speak for. */
    const spokenFor = async (
      gateway: typeof GuardedGateway | typeof DeskGateway,
      origin: string | undefined,
    ): Promise<unknown> => {
      let answer: unknown;
      const parts = { controllers: [DeskController], providers: [gateway, CartService], main: kind.adapter };
      await TestApp.within(platform, parts, async (app) => {
        const victim = app.visitor();
        await victim.post('/login');
        const headers = {
          cookie: victim.cookie,
          ...(origin === undefined ? {} : { origin: origin === 'its own' ? app.url : origin }),
        };
        const socket = await kind.connect(app.url, headers).catch(() => undefined);
        answer = socket ? (await socket.ask('who')).data : 'refused';
        socket?.close();
      });
      return answer;
    };

    it.each([
      ['its own', 'ada'],
      [ADMIN, 'ada'],
      ['https://evil.example', 'refused'],
      ['null', 'refused'],
      ['http://127.0.0.1:1', 'refused'],
      [undefined, 'refused'],
    ])('from the origin %s: %s', async (origin, outcome) => {
      expect(await spokenFor(GuardedGateway, origin)).toBe(outcome);
    });

    it('lets, without WebSocketOrigins, any page speak for the victim', async () => {
      expect(await spokenFor(DeskGateway, 'https://evil.example')).toBe('ada');
    });
  },
);

import { Controller, Get, Injectable, Post } from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  CurrentSession,
  RequireFreshAuth,
  RequireSession,
  Session,
  SessionParam,
  Sessions,
  UseSession,
} from '../../../lib/index.js';

interface Answer {
  readonly event: string;
  readonly data: unknown;
}

const answer = (data: unknown): Answer => ({ event: 'answer', data });

/** A service that knows no gateway. */
@Injectable()
export class CartService {
  constructor(private readonly session: Session) {}

  get size(): number {
    return this.session.get('cart', [] as string[]).length;
  }

  async add(item: string): Promise<number> {
    const cart = await this.session.update('cart', (list) => [
      ...((list as string[] | undefined) ?? []),
      item,
    ]);
    return (cart as string[]).length;
  }
}

/** What a test asks over a socket. */
@WebSocketGateway()
export class DeskGateway {
  constructor(private readonly cart: CartService) {}

  @SubscribeMessage('visits')
  visits(@CurrentSession() session: Session): Answer {
    return answer(session.get('visits', 'none'));
  }

  @SubscribeMessage('visits by parameter')
  byParameter(@SessionParam() visits: number = -1): Answer {
    return answer(visits);
  }

  @SubscribeMessage('visits by path')
  byPath(@SessionParam({ key: 'user.name', default: 'nobody' }) name: string): Answer {
    return answer(name);
  }

  @SubscribeMessage('cart')
  @UseSession()
  size(): Answer {
    return answer(this.cart.size);
  }

  @SubscribeMessage('add')
  @UseSession()
  async add(@MessageBody() item: string): Promise<Answer> {
    return answer(await this.cart.add(item));
  }

  @SubscribeMessage('set')
  set(@CurrentSession() session: Session, @MessageBody() value: number): Answer {
    session.set('visits', value);
    return answer('set');
  }

  @SubscribeMessage('set and fail')
  setAndFail(@CurrentSession() session: Session): Answer {
    session.set('visits', 666);
    throw new Error('on purpose');
  }

  @SubscribeMessage('set by a service')
  async setByService(@MessageBody() value: number): Promise<Answer> {
    const session = await Session.loadSession();
    session.set('visits', value);
    return answer('set');
  }

  @SubscribeMessage('save')
  async save(@CurrentSession() session: Session, @MessageBody() value: number): Promise<Answer> {
    session.set('visits', value);
    await session.save();
    return answer(session.seenAt === null ? 'not saved' : 'saved');
  }

  @SubscribeMessage('reload')
  async reload(@CurrentSession() session: Session): Promise<Answer> {
    session.set('visits', 999);
    await session.reload();
    return answer(session.get('visits', 'none'));
  }

  @SubscribeMessage('who')
  @RequireSession()
  who(@CurrentSession() session: Session): Answer {
    return answer(session.principal);
  }

  @SubscribeMessage('transfer')
  @RequireFreshAuth({ maxAge: '5m' })
  transfer(): Answer {
    return answer('done');
  }

  @SubscribeMessage('login')
  async login(@CurrentSession() session: Session): Promise<Answer> {
    await session.login('eve');
    return answer('logged in');
  }

  @SubscribeMessage('regenerate')
  async regenerate(@CurrentSession() session: Session): Promise<Answer> {
    await session.regenerate({ keep: 'all' });
    return answer('regenerated');
  }

  @SubscribeMessage('rotate')
  async rotate(@CurrentSession() session: Session): Promise<Answer> {
    await session.rotate();
    return answer('rotated');
  }

  @SubscribeMessage('logout')
  async logout(@CurrentSession() session: Session): Promise<Answer> {
    await session.logout();
    return answer('logged out');
  }

  @SubscribeMessage('cart, undeclared')
  undeclared(): Answer {
    return answer(this.cart.size);
  }

  @SubscribeMessage('nothing')
  nothing(): Answer {
    return answer('of the session');
  }
}

/** The same, over HTTP. */
@Controller()
export class DeskController {
  constructor(private readonly sessions: Sessions) {}

  @Post('login')
  async login(@CurrentSession() session: Session): Promise<string | null> {
    await session.login('ada');
    session.set('visits', 1);
    session.set('user', { name: 'Ada' });
    return session.id;
  }

  @Post('visit')
  async visit(@CurrentSession() session: Session): Promise<number> {
    return session.increment('visits');
  }

  @Get('visits')
  visits(@CurrentSession() session: Session): unknown {
    return { visits: session.get('visits', 'none') };
  }

  @Post('rotate')
  async rotate(@CurrentSession() session: Session): Promise<void> {
    await session.rotate();
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.logout();
  }

  @Post('regenerate')
  async regenerate(@CurrentSession() session: Session): Promise<void> {
    await session.regenerate({ keep: 'all' });
  }

  @Post('revoke-all')
  async revokeAll(): Promise<void> {
    await this.sessions.revokeAll('ada');
  }

  @Post('revoke-everything')
  async revokeEverything(): Promise<void> {
    await this.sessions.revokeEverything();
  }
}

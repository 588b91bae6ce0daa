import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { Session, UseSession, WebSocketOrigins } from 'nestjs-sessions';
import type { WebSocket } from 'ws';
import { CartService } from './cart.service.js';

const { verifyClient } = new WebSocketOrigins();

/**
 * The number beside "Cart", alive in every tab. A socket belongs to the session that its handshake brought along, and is closed with
 * code 4401 as soon as that dies, wherever it was ended.
 */
@WebSocketGateway({ path: '/live', verifyClient })
@UseSession()
export class BadgeGateway implements OnGatewayInit, OnGatewayConnection<WebSocket>, OnGatewayDisconnect {
  readonly #tabs = new Map<WebSocket, string>();

  constructor(
    private readonly session: Session,
    private readonly cart: CartService,
  ) {}

  afterInit(): void {
    this.cart.changes.subscribe(({ id, count }) => {
      for (const [tab, session] of this.#tabs) if (session === id) tab.send(JSON.stringify({ count }));
    });
  }

  async handleConnection(tab: WebSocket): Promise<void> {
    const { id } = await this.session.load();
    if (id !== null) this.#tabs.set(tab, id);
    tab.send(JSON.stringify({ count: this.cart.count }));
  }

  handleDisconnect(tab: unknown): void {
    this.#tabs.delete(tab as WebSocket);
  }
}

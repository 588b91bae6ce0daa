import { Injectable } from '@nestjs/common';
import { Session } from 'nestjs-sessions';
import { CartService } from './cart.service.js';
import type { Html } from './pages/html.js';
import { layout } from './pages/layout.js';
import { UsersService } from './users.service.js';

/** What all pages have around them: who is logged in, what is in the cart, and what there is to say. */
@Injectable()
export class PageFrame {
  constructor(
    private readonly session: Session,
    private readonly cart: CartService,
    private readonly users: UsersService,
  ) {}

  /** @param here the path of the page, for the navigation */
  async around(page: {
    readonly title: string;
    readonly here: string;
    readonly main: Html;
  }): Promise<string> {
    const notices = await this.session.flash.take('notice');
    return layout({
      ...page,
      notices,
      user: this.users.nameOf(this.session.principal),
      count: this.cart.count,
      live: this.session.id !== null,
    }).text;
  }
}

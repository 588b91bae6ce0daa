import { Injectable } from '@nestjs/common';
import { Session } from 'nestjs-sessions';

/** A singleton that holds the session of whichever request is calling. */
@Injectable()
export class CartService {
  constructor(private readonly session: Session) {}

  get items(): readonly string[] {
    return this.session.get('cart', []);
  }

  /** Changes the stored list in place: that is seen, and saved before the response. */
  add(item: string): readonly string[] {
    if (!this.session.has('cart')) this.session.set('cart', []);
    this.session.get('cart')?.push(item);
    return this.items;
  }
}

import { Injectable } from '@nestjs/common';
import { Session } from 'nestjs-sessions';
import { Subject } from 'rxjs';
import { type Product, productOf } from './catalogue.js';

/** So many of one product, and no more. */
const MOST = 99;

type Cart = Readonly<Record<string, number>>;

/** One line of a cart. */
export interface CartLine {
  readonly product: Product;
  readonly count: number;
}

/** The cart of whoever is calling. Two tabs may change it at the same time: each change is made to what is stored by then. */
@Injectable()
export class CartService {
  /** Told after each change: the id of the session, and how many things are in its cart now. */
  readonly changes = new Subject<{ readonly id: string; readonly count: number }>();

  constructor(private readonly session: Session) {}

  get lines(): readonly CartLine[] {
    return linesOf(this.session.get('cart', {}));
  }

  get count(): number {
    return countOf(this.lines);
  }

  /** One more of it. */
  add({ sku }: Product): Promise<void> {
    return this.#change((cart) => ({ ...cart, [sku]: Math.min(MOST, (cart[sku] ?? 0) + 1) }));
  }

  /** @param count less than 1 takes the product out */
  put({ sku }: Product, count: number): Promise<void> {
    return this.#change(({ [sku]: _before, ...others }) =>
      count < 1 ? others : { ...others, [sku]: Math.min(MOST, Math.floor(count)) },
    );
  }

  /** Empties the cart and answers what was in it: once, also when the button was pressed twice. */
  async take(): Promise<readonly CartLine[]> {
    const cart = await this.session.transaction((draft) => draft.pull('cart'));
    this.#tell({});
    return linesOf(cart ?? {});
  }

  async #change(change: (cart: Cart) => Cart): Promise<void> {
    this.#tell(await this.session.update('cart', (cart = {}) => change(cart)));
  }

  #tell(cart: Cart): void {
    const { id } = this.session;
    if (id !== null) this.changes.next({ id, count: countOf(linesOf(cart)) });
  }
}

/** In cents. */
export const totalOf = (lines: readonly CartLine[]): number =>
  lines.reduce((sum, { product, count }) => sum + product.price * count, 0);

const countOf = (lines: readonly CartLine[]): number => lines.reduce((sum, { count }) => sum + count, 0);

/** What has left the catalogue since it was put into a cart is left out. */
function linesOf(cart: Cart): CartLine[] {
  return Object.entries(cart).flatMap(([sku, count]) => {
    const product = productOf(sku);
    return product ? [{ product, count }] : [];
  });
}

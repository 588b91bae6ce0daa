import { type CartLine, totalOf } from '../cart.service.js';
import { money } from '../catalogue.js';
import { type Html, html } from './html.js';

const summary = (lines: readonly CartLine[]): Html =>
  html`<ul class="plain">
    ${lines.map(
      ({ product, count }) => html`<li>${count} × ${product.name}: ${money(product.price * count)}</li>`,
    )}
  </ul>`;

export const checkoutPage = (lines: readonly CartLine[]): Html =>
  lines.length === 0
    ? html`<p class="lead">There is nothing in your cart. <a href="/">Look at the teas</a>.</p>`
    : html`${summary(lines)}
        <form method="post" action="/checkout" class="panel">
          <label for="address">Where to?</label>
          <input id="address" name="address" autocomplete="street-address" required maxlength="80" />
          <button>Pay ${money(totalOf(lines))}</button>
        </form>`;

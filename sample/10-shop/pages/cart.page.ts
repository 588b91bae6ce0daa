import { type CartLine, totalOf } from '../cart.service.js';
import { money } from '../catalogue.js';
import { type Html, html } from './html.js';
import { tin } from './shop.page.js';

const line = ({ product, count }: CartLine): Html =>
  html`<li class="row">
    ${tin(product.tin)}
    <div class="what">
      <h2>${product.name}</h2>
      <p class="note">${money(product.price)} each</p>
    </div>
    <form method="post" action="/cart/put" data-stay>
      <input type="hidden" name="sku" value="${product.sku}" />
      <label for="count-${product.sku}" class="hidden">How many of ${product.name}</label>
      <input
        id="count-${product.sku}"
        name="count"
        type="number"
        min="0"
        max="99"
        value="${count}"
        inputmode="numeric"
        required
      />
      <button class="quiet">Change<span class="hidden"> the number of ${product.name}</span></button>
    </form>
    <form method="post" action="/cart/put" data-stay>
      <input type="hidden" name="sku" value="${product.sku}" /><input type="hidden" name="count" value="0" />
      <button class="quiet">Remove<span class="hidden"> ${product.name}</span></button>
    </form>
  </li>`;

/** The products of a cart and their sum. */
export const cartPage = (lines: readonly CartLine[]): Html =>
  html`<div data-region="cart">
    ${
      lines.length === 0
        ? html`<p class="lead">There is nothing in it yet. <a href="/">Look at the teas</a>.</p>`
        : html`<ul class="rows">
              ${lines.map(line)}
            </ul>
            <p class="total">Together <strong>${money(totalOf(lines))}</strong></p>
            <p><a class="button" href="/checkout">Go to the checkout</a></p>`
    }
  </div>`;

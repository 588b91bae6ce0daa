import { CATALOGUE, money, type Product } from '../catalogue.js';
import { type Html, html } from './html.js';

/** A tin, drawn. */
export const tin = ([body, mark]: Product['tin']): Html =>
  html`<svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
    <ellipse cx="60" cy="108" rx="34" ry="5" fill="#000" opacity=".14" />
    <rect x="28" y="34" width="64" height="72" rx="8" fill="${body}" />
    <rect x="24" y="22" width="72" height="18" rx="6" fill="${body}" />
    <rect x="24" y="22" width="72" height="18" rx="6" fill="#fff" opacity=".18" />
    <circle cx="60" cy="70" r="22" fill="${mark}" />
    <path d="M60 86 C44 76 46 60 60 54 C74 60 76 76 60 86 Z" fill="${body}" />
    <path d="M60 84 V60" stroke="${mark}" stroke-width="2" />
  </svg>`;

const card = (product: Product): Html =>
  html`<li class="card">
    ${tin(product.tin)}
    <h2>${product.name}</h2>
    <p class="note">${product.note}</p>
    <form method="post" action="/cart/add" data-stay>
      <input type="hidden" name="sku" value="${product.sku}" />
      <span class="price">${money(product.price)}</span>
      <button>Add<span class="hidden"> ${product.name} to the cart</span></button>
    </form>
  </li>`;

export const shopPage = (): Html =>
  html`<p class="lead">
      Six teas, a hundred grams each. Open a second tab and fill the cart from both: nothing is lost.
    </p>
    <ul class="cards">
      ${CATALOGUE.map(card)}
    </ul>`;

import { type Html, html } from './html.js';

/** What a page is made of, beside its main part. */
export interface Frame {
  readonly title: string;
  /** The path of the page. */
  readonly here: string;
  readonly main: Html;
  readonly notices: readonly string[];
  /** Empty while nobody is logged in. */
  readonly user: string | undefined;
  /** How many things are in the cart. */
  readonly count: number;
  /** Whether there is a session, which the page then listens to. */
  readonly live: boolean;
}

const link = (here: string, path: string, text: string | Html): Html =>
  html`<li><a href="${path}" ${here === path && html`aria-current="page"`}>${text}</a></li>`;

const cartLink = (count: number): Html =>
  html`Cart <span class="badge" id="cart-count" data-count="${count}">${count}</span
    ><span class="hidden"> ${count === 1 ? 'item' : 'items'}</span>`;

const account = ({ user, here }: Frame): Html =>
  user === undefined
    ? link(here, '/login', 'Log in')
    : html`${link(here, '/devices', 'Devices')}
        <li>
          <form method="post" action="/logout"><button class="link">Log out ${user}</button></form>
        </li>`;

/** The whole page. What has a `data-region` is what the script may replace by the same region of another page. */
export const layout = (frame: Frame): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${frame.title} · Leaf &amp; Tin</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/shop.css" />
        <script src="/assets/shop.js" defer></script>
      </head>
      <body data-live="${frame.live ? 'yes' : 'no'}">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="brand" href="/">Leaf &amp; Tin</a>
          <nav aria-label="Main">
            <ul>
              ${link(frame.here, '/', 'Tea')}
              ${link(frame.here, '/cart', html`<span data-region="count">${cartLink(frame.count)}</span>`)}
              ${link(frame.here, '/session', 'Session')} ${account(frame)}
            </ul>
          </nav>
        </header>
        <div role="status" class="notices" data-region="notices">
          ${frame.notices.map((notice) => html`<p>${notice}</p>`)}
        </div>
        <div role="alert" class="gone" id="gone"></div>
        <main id="main" tabindex="-1">
          <h1>${frame.title}</h1>
          ${frame.main}
        </main>
        <footer>
          <p>A sample of nestjs-sessions. Nothing here is for sale, and nothing leaves this machine.</p>
        </footer>
      </body>
    </html> `;

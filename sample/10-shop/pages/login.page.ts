import { type Html, html } from './html.js';

/** What the form shows again after a try that failed. */
export interface LoginFacts {
  readonly next: string;
  readonly name?: string;
  readonly failed?: boolean;
}

export const loginPage = ({ next, name = '', failed = false }: LoginFacts): Html =>
  html`<p class="lead">Try Ada and lovelace, or Grace and hopper. What is in your cart comes along.</p>
    <form method="post" action="/login" class="panel" ${failed && html` aria-describedby="failed"`}>
      ${failed && html`<p id="failed" role="alert" class="problem">Nobody has this name and this password.</p>`}
      <input type="hidden" name="next" value="${next}" />
      <label for="name">Name</label>
      <input id="name" name="name" autocomplete="username" required value="${name}" />
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required />
      <div class="check">
        <input id="remember" name="remember" type="checkbox" value="yes" />
        <label for="remember">Remember me on this device</label>
      </div>
      <button>Log in</button>
    </form>`;

import type { SessionSummary } from 'nestjs-sessions';
import { type Html, html } from './html.js';
import { time } from './time.js';

const signOut = (id: string, name: string): Html =>
  html`<form method="post" action="/devices/${id}/sign-out">
    <button class="quiet">Sign out<span class="hidden"> ${name}</span></button>
  </form>`;

const row = ({ id, device, authenticatedAt, seenAt }: SessionSummary, here: boolean): Html => {
  const name = device?.name ?? 'A device';
  return html`<li class="row">
    <div class="what">
      <h2>${name}${here && html` <span class="tag">this one</span>`}</h2>
      <p class="note">
        ${device?.addressPrefix ?? 'unknown network'} · logged in ${time(authenticatedAt)} · seen
        ${time(seenAt)} UTC
      </p>
    </div>
    ${!here && signOut(id, name)}
  </li>`;
};

/** @param here the id of the session that is looking */
export const devicesPage = (sessions: readonly SessionSummary[], here: string | null): Html =>
  html`<p class="lead">
      Where you are logged in. What you sign out here is out at once: its page says so within a second.
    </p>
    <ul class="rows">
      ${sessions.map((each) => row(each, each.id === here))}
    </ul>
    ${
      sessions.length > 1 &&
      html`<form method="post" action="/devices/sign-out-others">
        <button>Sign out everywhere else</button>
      </form>`
    }`;

import type { Session } from 'nestjs-sessions';
import type { RequestNote } from '../request-note.js';
import { type Html, html, type Part } from './html.js';
import { clock, duration, time } from './time.js';

const fact = (name: string, value: Part): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** A bar that the script lets run out. */
const deadline = (name: string, at: number, whole: number, now: number): Html =>
  html`<div class="deadline" data-deadline="${at}">
    <p id="${name}-name">${name} deadline <span class="note">${time(at)} UTC</span></p>
    <progress max="${whole}" value="${Math.max(0, at - now)}" aria-labelledby="${name}-name"></progress>
    <p class="left" role="timer">${duration(at - now)}</p>
  </div>`;

const chips = (names: Iterable<string>, kind: string): Part =>
  [...names].map((name) => html`<code class="chip ${kind}">${name}</code> `);

const request = (note: RequestNote): Html =>
  html`<tr>
    <td>${clock(note.at)}</td>
    <th scope="row"><code>${note.method} ${note.path}</code></th>
    <td>${note.status}</td>
    <td>${chips(note.reads, 'read')}</td>
    <td>${chips(note.writes, 'write')}</td>
    <td>${note.version ?? '–'}</td>
    <td>${chips(note.events, 'event')}</td>
  </tr>`;

const requests = (notes: readonly RequestNote[]): Html =>
  html`<h2>What the last requests did</h2>
    <div class="scroll" role="region" aria-label="Requests" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">at, UTC</th>
            <th scope="col">request</th>
            <th scope="col">status</th>
            <th scope="col">read</th>
            <th scope="col">wrote</th>
            <th scope="col">version</th>
            <th scope="col">events</th>
          </tr>
        </thead>
        <tbody>
          ${notes.map(request)}
        </tbody>
      </table>
    </div>`;

/** @param now epoch milliseconds */
export function lifePage(session: Session, notes: readonly RequestNote[], now: number): Html {
  const { id, createdAt, seenAt, expiresAt, absoluteAt, timeouts } = session;
  if (id === null || createdAt === null || seenAt === null || expiresAt === null || absoluteAt === null)
    return html`<p class="lead">
      There is none yet: nobody has written to it, so nothing is stored and no cookie was sent.
      <a href="/">Put a tea into the cart</a>.
    </p>`;
  return html`<p class="lead">Its public side: neither the token nor a value is on this page.</p>
    ${deadline('Idle', expiresAt, timeouts.idle, now)}
    ${deadline('Absolute', absoluteAt, absoluteAt - createdAt, now)}
    <dl class="facts">
      ${fact('id', html`<code>${id}</code>`)} ${fact('whose', session.principal ?? 'nobody is logged in')}
      ${fact('logged in', session.authenticatedAt === null ? 'not yet' : html`${time(session.authenticatedAt)} by ${session.amr.join(', ')}`)}
      ${fact('created', time(createdAt))}
      ${fact('seen', html`${time(seenAt)} <span class="note">written once a minute at most</span>`)}
      ${fact('version', html`${session.version} <span class="note">one more with each commit, none for a touch</span>`)}
      ${fact('keys', chips(session.keys(), 'read'))}
    </dl>
    ${requests(notes)}`;
}

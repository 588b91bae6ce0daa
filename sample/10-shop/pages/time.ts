import { type Html, html } from './html.js';

/** An instant in epoch milliseconds, to the second, in UTC. */
export const time = (at: number): Html => written(at, 0);

/** The same without its day. */
export const clock = (at: number): Html => written(at, 'yyyy-mm-dd '.length);

function written(at: number, from: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ').slice(from)}</time>`;
}

/** A duration in milliseconds, as `1 h 02 m 03 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (count: number): string => String(count).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours} h ` : ''}${two(minutes)} m ${two(seconds % 60)} s`;
}

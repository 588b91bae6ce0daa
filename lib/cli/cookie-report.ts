import type { CookieFacts, CookieFinding, FindingVerdict } from '../doctor/cookie/cookie-facts.js';
import { explainCookie } from '../doctor/cookie/explain-cookie.js';
import { FORMAT_VERSION } from './format-version.js';
import { type Page, paragraph, table } from './layout.js';

/** What a doctor with a request has found. */
export interface CookieReport {
  readonly facts: CookieFacts;
  readonly findings: readonly CookieFinding[];
}

export const cookieReport = (facts: CookieFacts): CookieReport => ({ facts, findings: explainCookie(facts) });

/** 1 when something stops the cookie. A warning stops nothing. */
export const cookieExitCode = ({ findings }: CookieReport): 0 | 1 =>
  findings.some(({ verdict }) => verdict === 'stops') ? 1 : 0;

/** What was gone by: as the app and the browser see it, without a token. */
const premises = ({ cookie, ...facts }: CookieFacts): Record<string, string | boolean | number | null> => ({
  cookie: cookie.name,
  reached: facts.reached,
  host: facts.host ?? null,
  path: facts.path ?? null,
  production: facts.production,
  forwardedProto: facts.forwardedProto ?? null,
  trustsProxy: facts.trustsProxy,
  socketTls: facts.socketTls,
  site: facts.site ?? null,
  target: facts.target,
  presented: facts.presented,
  written: facts.written ?? null,
  begun: facts.begun ?? null,
});

/** The shape is documented in docs/doctor.md. */
export const cookieJson = ({ facts, findings }: CookieReport): object => ({
  version: FORMAT_VERSION,
  premises: premises(facts),
  findings: findings.map(({ name, verdict, says, fix }) => ({ name, verdict, says, fix: fix ?? null })),
});

const MARKS: Readonly<Record<FindingVerdict, 'green' | 'yellow' | 'red'>> = {
  ok: 'green',
  warns: 'yellow',
  stops: 'red',
};

export function cookieText({ facts, findings }: CookieReport, page: Page): string {
  const known = Object.entries(premises(facts)).filter(([, value]) => value !== null);
  return [
    page.paint('bold', 'Judged by'),
    ...table(
      page,
      known.map(([name, value]) => [name, String(value)]),
    ),
    '',
    ...findings.flatMap((finding) => findingText(finding, page)),
    '',
  ].join('\n');
}

function findingText({ name, verdict, says, fix }: CookieFinding, page: Page): string[] {
  const head = `${verdict.padEnd(5)}  ${name.padEnd(14)}  `;
  const [first = '', ...rest] = paragraph(page, head, says);
  const painted = page.paint(MARKS[verdict], first.slice(0, verdict.length)) + first.slice(verdict.length);
  return [
    painted,
    ...rest,
    ...(fix === undefined ? [] : paragraph(page, `${' '.repeat(head.length)}→ `, fix)),
  ];
}

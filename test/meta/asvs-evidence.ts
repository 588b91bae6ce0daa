import type { AsvsRow, DoctorFacts } from '../../lib/doctor/asvs/asvs-row.js';
import { ASVS_ROWS } from '../../lib/doctor/asvs/asvs-rows.js';

/** The content of docs/asvs-5.json. */
export const evidence = (): object => ({
  standard: 'OWASP Application Security Verification Standard 5.0.0',
  chapters: ['V3.3 Cookie Setup', 'V7 Session Management'],
  requirements: ASVS_ROWS.map((row) => ({
    id: row.id,
    level: row.level,
    requirement: row.requirement,
    provided: row.provided,
    decidedBy: decidedBy(row),
    tests: row.tests.map((test) => {
      const [file, name] = test.split(' › ');
      return { file, name };
    }),
  })),
});

/** The table of docs/security.md, cell by cell. */
export const asvsTable = (): readonly (readonly string[])[] =>
  ASVS_ROWS.map((row) => [
    row.id,
    String(row.level),
    row.requirement,
    row.provided.replaceAll(/(@?[\w.]+\(.*?\))/g, '`$1`'),
    decidedBy(row).join(', '),
    [...new Set(row.tests.map((test) => test.split(' › ')[0] ?? ''))].map(linkTo).join(', '),
  ]);

/** From a page in docs to a test. */
const linkTo = (file: string): string => `[${file.split('/').at(-1)?.replace('.spec.ts', '')}](../${file})`;

/** Who decides whether a row is met, by what the judges answer over all these facts. */
function decidedBy({ judge }: AsvsRow): readonly ('library' | 'settings' | 'app')[] {
  const answers = new Set(FACTS.map((facts) => judge(facts).status));
  return [
    ...(answers.has('unmet') ? (['settings'] as const) : []),
    ...(answers.has('app') ? (['app'] as const) : []),
    ...(answers.has('unmet') || answers.has('app') ? [] : (['library'] as const)),
  ];
}

const HOUR_MS = 3_600_000;

/** Settings and providers at both ends of everything that a judge looks at. */
const FACTS: readonly DoctorFacts[] = (['none', 'host-http'] as const).flatMap((prefix) =>
  (['lax', 'none'] as const).flatMap((sameSite) =>
    [true, false].flatMap((careful) =>
      [true, false].map((native): DoctorFacts => {
        const userKey = native ? { userKey: 'userId' } : {};
        const limit = careful ? { limit: 5 } : {};
        return {
          settings: {
            cookie: {
              ...(careful ? {} : { domain: 'example.com' }),
              name: 's',
              path: '/',
              secure: 'auto',
              httpOnly: careful,
              sameSite,
              prefix,
              partitioned: !careful,
              persistent: false,
            },
            timeouts: {
              idle: HOUR_MS,
              absolute: careful ? 12 * HOUR_MS : native ? HOUR_MS : 1000 * HOUR_MS,
              touch: 0,
              renewal: 0,
              grace: 0,
            },
            principals: {
              whenFull: 'reject',
              unannounced: careful ? 'auto' : 'off',
              deviceFacts: false,
              ...userKey,
              ...limit,
            },
            creation: careful ? 'first-write' : 'eager',
          },
          provider: {
            name: 'P',
            knowsPrincipals: native,
            endsEverything: native,
            ...(native ? {} : { lawsNotHeld: 'none' }),
          },
          ownTokens: native,
        };
      }),
    ),
  ),
);

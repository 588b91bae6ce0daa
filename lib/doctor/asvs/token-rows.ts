import { formatDuration } from '../../providers/duration.js';
import { app, type AsvsRow, type DoctorFacts, met, unmet, type Verdict } from './asvs-row.js';

const HOUR_MS = 3_600_000;

/** The longest that NIST SP 800-63B-4 lets a login last: 2.1.3, 2.2.3 and 2.3.3. An idle timeout is not asked for at AAL1. */
const AUTHENTICATOR_LEVELS = [
  { name: 'AAL3', idle: HOUR_MS / 4, absolute: 12 * HOUR_MS },
  { name: 'AAL2', idle: HOUR_MS, absolute: 24 * HOUR_MS },
  { name: 'AAL1', idle: Infinity, absolute: 30 * 24 * HOUR_MS },
] as const;

const MOST_MS = 30 * 24 * HOUR_MS;

function documentedTimeouts({ settings: { timeouts } }: DoctorFacts): Verdict {
  const { idle, absolute } = timeouts;
  const level = AUTHENTICATOR_LEVELS.find((each) => idle <= each.idle && absolute <= each.absolute);
  const compared = level
    ? `no longer than NIST SP 800-63B-4 allows at ${level.name}`
    : 'longer than NIST SP 800-63B-4 allows at any level, so say why';
  return app(
    `Write down ${formatDuration(idle)} without activity and ${formatDuration(absolute)} in all; that is ${compared}.`,
  );
}

function documentedLimit({ settings: { principals }, provider }: DoctorFacts): Verdict {
  const { limit, whenFull } = principals;
  if (limit !== undefined) return met(`${limit} at a time, then ${whenFull}: the configuration says so.`);
  return provider.knowsPrincipals
    ? unmet('A user may have any number of sessions at a time.', 'session.principals.limit', '10')
    : app(`${provider.name} cannot count the sessions of a user: write down that there is no limit.`);
}

const ownTokens = ({ ownTokens: own }: DoctorFacts, because: string, task: string): Verdict =>
  own ? met(because) : app(task);

function newTokenAtLogin({ settings: { principals } }: DoctorFacts): Verdict {
  const { userKey, unannounced } = principals;
  if (userKey === undefined) {
    return app(
      'Call session.login() at every login, also at a repeated one; or name the key of the user in user_key.',
    );
  }
  return unannounced === 'auto'
    ? met('A login gets a new token, also one that only writes the key of the user.')
    : unmet(
        'A login that only writes the key of the user keeps its token.',
        'session.principals.unannounced',
        'auto',
      );
}

/** ASVS 5.0 V7.1, Session Management Documentation, and V7.2, Fundamental Session Management Security. */
export const TOKEN_ROWS: readonly AsvsRow[] = [
  {
    id: '7.1.1',
    level: 2,
    requirement:
      'Idle and absolute timeout are written down, with the reasons for going beyond NIST SP 800-63B.',
    provided:
      'Presets with the numbers of NIST and others, and their sources; the doctor prints what is in force.',
    judge: documentedTimeouts,
    tests: [
      'test/unit/doctor/asvs-rows.spec.ts › compares the timeouts with those of NIST',
      'test/e2e/session-timeouts.spec.ts › give way to what is said beside it',
    ],
  },
  {
    id: '7.1.2',
    level: 2,
    requirement:
      'How many sessions a user may have at a time is written down, and what happens to the next one.',
    provided: 'principals.limit and when_full, exact under parallel logins on every built-in provider.',
    judge: documentedLimit,
    tests: [
      'test/e2e/session-limit.spec.ts › ends the session that logged in first when the next one comes, and says so',
      'test/e2e/session-limit.spec.ts › refuses the next login with 409 where that is the policy, and leaves all as it was',
    ],
  },
  {
    id: '7.1.3',
    level: 2,
    requirement:
      'With single sign-on: every system that makes sessions is written down, and how their ends are coordinated.',
    provided: 'Lists and ends the sessions of this app; it knows nothing of other systems.',
    judge: () => app('Write down the systems of your single sign-on; without one, that there is none.'),
    tests: ['test/unit/doctor/asvs-rows.spec.ts › leaves to the app what no setting decides'],
  },
  {
    id: '7.2.1',
    level: 1,
    requirement: 'Session tokens are checked on the server.',
    provided: 'Form, signature and digest are checked on the server, at every request.',
    judge: () => met('Nothing of a session is with the client but its token.'),
    tests: [
      'test/security/a04-adoption.spec.ts › is not adopted: the victim gets another token and id, and the one that was presented stays nobody’s',
      'test/security/a56-a58-flood.spec.ts › costs the store nothing where tokens are random and the form is wrong',
    ],
  },
  {
    id: '7.2.2',
    level: 1,
    requirement: 'Session tokens are made for each session; no fixed key stands for one.',
    provided: 'Every session gets a token of its own, and a new one at each login.',
    judge: (facts) =>
      ownTokens(
        facts,
        'The credential provider makes each token anew.',
        'Make sure that createSessionToken() makes each token anew.',
      ),
    tests: ['test/unit/credentials/random-credential-provider.spec.ts › never makes the same secret again'],
  },
  {
    id: '7.2.3',
    level: 1,
    requirement: 'Tokens that refer to a record are unique and have 128 random bits or more.',
    provided: '256 random bits from the operating system, beside an id of 128.',
    judge: (facts) =>
      ownTokens(
        facts,
        'A token has 256 random bits.',
        'Make sure that createSessionToken() takes 128 random bits or more from node:crypto.',
      ),
    tests: [
      'test/unit/credentials/random-credential-provider.spec.ts › makes secrets of 256 bits that it accepts',
      'test/unit/credentials/token.spec.ts › is 128 bits of base64url',
    ],
  },
  {
    id: '7.2.4',
    level: 1,
    requirement: 'Whoever logs in, for the first time or again, gets a new token, and the one before ends.',
    provided: 'session.login() gives a new token and ends the one before in the same write.',
    judge: newTokenAtLogin,
    tests: [
      'test/security/a01-a03-fixation.spec.ts › leaves the attacker with a token that opens nothing, also for a request that was under way',
      'test/e2e/login.spec.ts › keeps what it is told to keep, under the same id and a new token',
      'test/security/a05-silent-login.spec.ts › gets a new token, and the one of before is dead: %s',
    ],
  },
];

/** ASVS 5.0 V7.3, Session Timeout. */
export const TIMEOUT_ROWS: readonly AsvsRow[] = [
  {
    id: '7.3.1',
    level: 2,
    requirement: 'A session that nobody uses ends, after the time that was decided on.',
    provided: 'The idle timeout, decided on the server at every request.',
    judge: ({ settings: { timeouts } }) =>
      timeouts.idle < timeouts.absolute
        ? met(`A session ends after ${formatDuration(timeouts.idle)} without activity.`)
        : unmet(
            'The idle timeout is as long as the absolute one, so it never acts.',
            'session.timeouts.idle',
            idleFor(timeouts),
          ),
    tests: [
      'test/security/a07-idle-edge.spec.ts › is final: a request after it revives nothing, and the record goes',
    ],
  },
  {
    id: '7.3.2',
    level: 2,
    requirement: 'A session ends, however much it is used, after the time that was decided on.',
    provided: 'The absolute timeout, from the login on; nothing but a new login moves it.',
    judge: ({ settings: { timeouts } }) =>
      timeouts.absolute <= MOST_MS
        ? met(`A session ends ${formatDuration(timeouts.absolute)} after its login.`)
        : unmet(
            'A session outlives the 30 days of NIST SP 800-63B-4 at AAL1.',
            'session.timeouts.absolute',
            '30d',
          ),
    tests: [
      'test/security/a08-a09-absolute-deadline.spec.ts › is dead after twelve hours sharp',
      'test/e2e/login.spec.ts › moves the absolute deadline away; regenerate() and rotate() do not',
    ],
  },
];

/** Half of the absolute timeout, or the hour of AAL2 where that is less. */
const idleFor = ({ absolute }: DoctorFacts['settings']['timeouts']): string =>
  formatDuration(Math.min(HOUR_MS, Math.max(1, Math.floor(absolute / 2))));

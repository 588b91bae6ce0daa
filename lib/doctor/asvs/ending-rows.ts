import { app, type AsvsRow, type DoctorFacts, met, unmet, type Verdict } from './asvs-row.js';

const PROVIDER = ['session.session_provider', 'nestjs-sessions/redis:RedisSessionProvider'] as const;

const endsForGood = ({ provider }: DoctorFacts): Verdict =>
  provider.lawsNotHeld === undefined
    ? met('After a logout the store finds the session no more, and no late write brings it back.')
    : unmet(`With ${provider.name}, a late write of another process may undo a logout.`, ...PROVIDER);

/** What the app can do only with a provider that knows whose sessions it holds. */
const withPrincipals = ({ provider }: DoctorFacts, task: string): Verdict =>
  provider.knowsPrincipals
    ? app(task)
    : unmet(`${provider.name} does not know whose sessions it holds.`, ...PROVIDER);

const endedByAdministrators = ({ provider }: DoctorFacts): Verdict =>
  provider.knowsPrincipals && provider.endsEverything
    ? app(
        'Give administrators a page that calls sessions.revokeAll(principal) and sessions.revokeEverything().',
      )
    : unmet(`${provider.name} cannot end the sessions of one user and of all.`, ...PROVIDER);

/** ASVS 5.0 V7.4, Session Termination. */
export const ENDING_ROWS: readonly AsvsRow[] = [
  {
    id: '7.4.1',
    level: 1,
    requirement: 'A session that was ended, or whose time is over, can be used no more.',
    provided: 'logout() and invalidate() end the record in the store before the answer leaves.',
    judge: endsForGood,
    tests: [
      'test/security/a12-logout-replay.spec.ts › is anonymous, is not cleared a second time, and opens nothing that is written under it',
      'test/security/a10-a11-resurrection.spec.ts › leaves the store without a record',
    ],
  },
  {
    id: '7.4.2',
    level: 1,
    requirement: 'All sessions of a user end when the account is disabled or deleted.',
    provided: 'sessions.revokeAll(principal), logins under way included.',
    judge: (facts) =>
      withPrincipals(facts, 'Call sessions.revokeAll(principal) where an account is disabled or deleted.'),
    tests: [
      'test/e2e/devices.spec.ts › can all be ended, also by those who run the app',
      'test/concurrency/postgres-logins.spec.ts › leave no login standing that was under way when all sessions of its principal were ended',
    ],
  },
  {
    id: '7.4.3',
    level: 2,
    requirement: 'Who changes a password or another factor can end all other sessions.',
    provided: 'sessions.revokeOthers(session).',
    judge: (facts) =>
      withPrincipals(
        facts,
        'Offer sessions.revokeOthers(session) after the change of a password or another factor.',
      ),
    tests: ['test/e2e/devices.spec.ts › can be ended but for the one that asks (law P3)'],
  },
  {
    id: '7.4.4',
    level: 2,
    requirement: 'Every page that needs a login shows how to log out.',
    provided: 'session.logout(), and Clear-Site-Data with clear_site_data.',
    judge: () => app('Put a logout into every page that needs a login, and let it call session.logout().'),
    tests: ['test/e2e/login.spec.ts › ends the session at once and clears its cookie, once'],
  },
  {
    id: '7.4.5',
    level: 2,
    requirement: 'Administrators can end the sessions of one user, and of all.',
    provided:
      'sessions.revokeAll(principal), and sessions.revokeEverything() in a time that does not depend on their number.',
    judge: endedByAdministrators,
    tests: [
      'test/e2e/devices.spec.ts › can all be ended, also by those who run the app',
      'test/e2e/devices.spec.ts › of everybody can be ended at once; who logs in afterwards is in',
    ],
  },
];

function byActionOnly({ settings: { creation } }: DoctorFacts): Verdict {
  return creation === 'first-write'
    ? app(
        'After a sign-on elsewhere, call session.login() only for a user who asked for it here (check state).',
      )
    : unmet('A session is made for everybody who comes by.', 'session.creation', 'first-write');
}

/** ASVS 5.0 V7.5, Defenses Against Session Abuse, and V7.6, Federated Re-authentication. */
export const ABUSE_ROWS: readonly AsvsRow[] = [
  {
    id: '7.5.1',
    level: 2,
    requirement:
      'What decides how a user logs in (address, phone, factors) changes only after a new full login.',
    provided: '@RequireFreshAuth({ maxAge }), with an answer that asks for the step up.',
    judge: () =>
      app(
        "Put @RequireFreshAuth({ maxAge: '5m' }) before handlers that change an address, a phone or a factor.",
      ),
    tests: ['test/e2e/guards.spec.ts › ask for a fresh login once it is as old as allowed'],
  },
  {
    id: '7.5.2',
    level: 2,
    requirement: 'Users see their sessions and, after they have logged in again, can end each of them.',
    provided: 'sessions.list(principal), by public ids only; sessions.revoke(id, principal).',
    judge: (facts) =>
      withPrincipals(
        facts,
        'Show sessions.list(principal), and let @RequireFreshAuth() stand before sessions.revoke(id, principal).',
      ),
    tests: [
      'test/e2e/devices.spec.ts › are listed, those that logged in first at the front, with nothing that opens them',
      'test/e2e/devices.spec.ts › cannot be ended by another user who knows the id',
    ],
  },
  {
    id: '7.5.3',
    level: 3,
    requirement: 'What matters most, such as a transfer, needs a further factor or a new login.',
    provided: '@RequireFreshAuth({ maxAge, amr }), by the methods that login({ amr }) was told.',
    judge: () => app("Put @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] }) before what matters most."),
    tests: ['test/e2e/guards.spec.ts › ask for a stronger login, and say which'],
  },
  {
    id: '7.6.1',
    level: 2,
    requirement: 'With single sign-on: sessions here and there last and end as written down.',
    provided:
      'login({ timeouts }) makes the session of a login end earlier, such as with that of the identity provider; by login({ sid }) a logout there ends it.',
    judge: () =>
      app(
        'Give login({ timeouts: { absolute } }) the time that the identity provider leaves, and login({ sid }) where it tells of logouts; without one, nothing.',
      ),
    tests: [
      'test/e2e/session-timeouts.spec.ts › are what its login says',
      'test/security/a64-back-channel-logout.spec.ts › ends exactly the sessions of its sid',
    ],
  },
  {
    id: '7.6.2',
    level: 2,
    requirement: 'A session begins by an action or with the consent of the user, never by itself.',
    provided: 'Nothing is stored until a value is set; a login is a call of the app.',
    judge: byActionOnly,
    tests: [
      'test/security/a56-a58-flood.spec.ts › costs the store nothing and leaves nothing there',
      'test/unit/session/session-handle.spec.ts › stores an untouched session only when creation is eager',
    ],
  },
];

import type { AppInstance } from './app-instance.js';
import type { HistoryOperation } from './history.js';
import type { LooseSession } from './open-request.js';

/** How many seats the workers may take together, out of two keys of the session. */
export const SEATS = 5;

/** Who does something to which session. */
export interface Deed {
  readonly worker: number;
  readonly number: number;
  readonly principal: string;
}

/** What a request does; answers what `HistoryEntry.answer` is to say. */
type Perform = (session: LooseSession, deed: Deed) => Promise<number>;

export const PERFORM: Readonly<Record<HistoryOperation, Perform>> = {
  increment: (session) => session.increment('count'),
  set: (session, { worker, number }) => {
    session.set(`worker ${worker}`, number);
    return Promise.resolve(0);
  },
  append: async (session, { number }) => {
    await session.update('log', (log) => [...(log as number[]), number]);
    return 0;
  },
  reserve: (session, { worker }) =>
    session.transaction((draft) => {
      const mine = worker % 2 === 0 ? 'left' : 'right';
      if (Number(draft.get('left')) + Number(draft.get('right')) >= SEATS) return 0;
      draft.set(mine, Number(draft.get(mine)) + 1);
      return 1;
    }),
  rotate: async (session) => {
    const { token } = session;
    await session.rotate();
    return session.token === token ? 0 : 1;
  },
  login: async (session, { principal }) => {
    await session.login(principal, { keep: 'all' });
    return 1;
  },
  end: async (session) => {
    await session.invalidate();
    return 0;
  },
};

/** How somebody who does not hold the session ends it. */
export const REVOKE: readonly ((instance: AppInstance, id: string, principal: string) => Promise<unknown>)[] =
  [
    ({ sessions }, id) => sessions.revoke(id),
    ({ sessions }, _, principal) => sessions.revokeAll(principal),
    ({ sessions }) => sessions.revokeEverything(),
  ];

/** What requests do besides ending the session. */
export const OPERATIONS: readonly HistoryOperation[] = ['increment', 'set', 'append', 'reserve'];

/** The same, where tokens change as well. */
export const LIFECYCLE_OPERATIONS: readonly HistoryOperation[] = [
  ...OPERATIONS,
  ...OPERATIONS,
  'rotate',
  'rotate',
  'rotate',
  'login',
];

import { ExpressAdapter } from '@nestjs/platform-express';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { splitToken } from '../../lib/credentials/token.js';
import { SESSION_CLOCK, SessionProvider } from '../../lib/index.js';
import type { AtomicSessionStore, StoredRecord } from '../../lib/providers/atomic-session-store.js';
import type { Clock } from '../../lib/providers/clock.js';
import { twins } from '../../lib/testing/twins/index.js';
import { type AppParts, TestApp } from './app.js';
import type { Platform } from './running-app.js';
import { StoreProvider } from './store-provider.js';

/** The platform of attacks to which it makes no difference. */
export const EXPRESS: Platform = () => new ExpressAdapter();

/** Boots an app, lets an attack run on it, and closes it whatever happens. Answers what the attack came to. */
export async function attacked<Outcome>(
  platform: Platform,
  parts: AppParts,
  attack: (app: TestApp) => Promise<Outcome>,
): Promise<Outcome> {
  const app = await TestApp.start(platform, parts);
  try {
    return await attack(app);
  } finally {
    await app.close();
  }
}

type Instead = Pick<AppParts, 'session' | 'override'>;

/** What gives an app the fault of one of the suite's broken twins, by its name there. It brings its own clock: {@link clockOf}. */
export function withFault(name: string): Instead {
  const twin = twins.find((known) => known.name === name);
  if (!twin) throw new Error(`No twin is named "${name}".`);
  const { store, clock } = twin.subject().parts;
  return over(store, clock);
}

/** What gives an app a store of the test's own, and a clock: {@link clockOf}. */
export function withStore(makeStore: (clock: FakeClock) => AtomicSessionStore): Instead {
  const clock = new FakeClock();
  return over(makeStore(clock), clock);
}

const over = (store: AtomicSessionStore, clock: FakeClock): Instead => ({
  session: { sessionProvider: new StoreProvider(store, { clock }) },
  override: (module) => module.overrideProvider(SESSION_CLOCK).useValue(clock),
});

/** The clock that an app goes by. */
export const clockOf = ({ nest }: TestApp): FakeClock => nest.get(SESSION_CLOCK);

/** What the store of an app finds, whichever it is, of the session in a `Cookie` header or `Set-Cookie` line. */
export async function liveRecordOf({ nest }: TestApp, cookie: string): Promise<StoredRecord | undefined> {
  const id = splitToken(tokenIn(cookie))?.id;
  const store: AtomicSessionStore = nest.get(SessionProvider);
  const record = id === undefined ? undefined : await store.load(id);
  const clock: Clock = nest.get(SESSION_CLOCK);
  return record && clock.now() < record.deadline ? record : undefined;
}

/** The token in a `Cookie` header with one cookie, or in a `Set-Cookie` line. */
export const tokenIn = (cookie: string): string => /=([^;]*)/.exec(cookie)?.[1] ?? '';

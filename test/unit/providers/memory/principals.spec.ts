import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { describePrincipals } from '../../../support/describe-principals.js';
import { describeSweep } from '../../../support/describe-sweep.js';
import { IDLE_MS, PrincipalDesk } from '../../../support/principal-desk.js';
import { checkPrincipalPrograms } from '../../../support/principal-programs.js';
import { thrownBy } from '../../../support/thrown-by.js';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';

function newScene(config: Record<string, unknown> = {}) {
  const clock = new FakeClock();
  return { clock, store: new InMemorySessionProvider(config, { clock }) };
}

describe('InMemorySessionProvider', () => {
  describePrincipals(newScene);
  describeSweep(newScene);

  it('has the sessions that the model says, after any program', async () => {
    expect(await checkPrincipalPrograms(300, newScene)).toBeUndefined();
  });
});

describe('principals in a memory that is full', () => {
  it('lose what is evicted', async () => {
    const desk = new PrincipalDesk(newScene({ max_records: 2 }));
    const sessions = [await desk.login(), await desk.login(), await desk.login()];
    expect(await desk.idsOf()).toEqual(sessions.slice(1).map(({ id }) => id));
  });

  it('make room for a login with a session of their own before another goes', async () => {
    const desk = new PrincipalDesk(newScene({ max_records: 2 }));
    const other = await desk.login({ principal: desk.bob });
    const rule = { limit: 1, whenFull: 'evict-oldest' } as const;
    await desk.login(rule);
    await desk.login(rule);
    expect(await desk.idsOf(desk.bob)).toEqual([other.id]);
  });

  it('lose nobody to a login that does not fit', async () => {
    const { clock, store } = newScene({ max_bytes: 2000 });
    const desk = new PrincipalDesk({ clock, store });
    const { id } = await desk.login();
    const write = { ...desk.write(desk.ada), text: 'x'.repeat(3000) };
    const admission = { principal: desk.ada, limit: 1, whenFull: 'evict-oldest' } as const;
    expect(thrownBy(() => store.admit(write, admission))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await desk.idsOf()).toEqual([id]);
  });
});

describe('the bytes of principals in memory', () => {
  it('count while a session is somebody’s, and no longer', async () => {
    const scene = newScene();
    const desk = new PrincipalDesk(scene);
    const { store } = scene;
    const sessions = [await desk.login(), await desk.login()];
    const { bytes } = store.usage;
    await desk.login({ session: sessions[0], principal: desk.bob });
    expect(store.usage.bytes).toBe(bytes);
    store.endSessionsOf(desk.ada, 'revoked');
    expect(store.usage.bytes).toBe(bytes / 2);
    store.endSessionsOf(desk.bob, 'revoked');
    expect(store.usage).toEqual({ records: 0, bytes: 0, evicted: 0 });
  });

  it('are bounded with those of their sessions', async () => {
    const scene = newScene({ max_bytes: 10_000 });
    const desk = new PrincipalDesk(scene);
    for (let count = 0; count < 100; count++) await desk.login({ principal: `${count}`.repeat(100) });
    expect(scene.store.usage.bytes).toBeLessThanOrEqual(10_000);
    expect(scene.store.usage.bytes).toBeGreaterThan(8000);
  });
});

describe('a write to InMemorySessionProvider', () => {
  it.each([
    ['clears out expired sessions while nobody wants to hear of them', false, 1],
    ['leaves them to the sweep once somebody does', true, 3],
  ])('%s', async (_, listening, records) => {
    const scene = newScene();
    const desk = new PrincipalDesk(scene);
    if (listening) scene.store.sweep(1, () => undefined);
    await desk.visit();
    await desk.login();
    scene.clock.advance(IDLE_MS + IN_FLIGHT_WINDOW_MS);
    await desk.visit();
    expect(scene.store.usage.records).toBe(records);
  });
});

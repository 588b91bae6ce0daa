import { describe, expect, it } from '@jest/globals';
import type { Announcement, StoreWatcher } from '../../../lib/providers/atomic-session-store.js';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import type { EndOfConnection } from '../../../lib/session/connection-line.js';
import type { LiveRecord } from '../../../lib/session/live-record.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { Session } from '../../../lib/session/session.js';
import { SessionConnections } from '../../../lib/session/session-connections.js';
import { SessionHandle } from '../../../lib/session/session-handle.js';
import { SessionManager } from '../../../lib/session/session-manager.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { settled } from '../../support/deferred.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** A store in memory that counts its loads; with a wire, it carries word between processes as well. */
class CountingStore extends InMemorySessionProvider {
  loads = 0;
  watcher: StoreWatcher | undefined;
  stopped = 0;
  readonly announced: Announcement[] = [];

  override load(id: string) {
    this.loads += 1;
    return super.load(id);
  }
}

interface Scene {
  readonly clock: FakeClock;
  readonly store: CountingStore;
  /** The process with the sockets, and one without. */
  readonly here: SessionManager;
  readonly elsewhere: SessionManager;
  readonly connections: SessionConnections;
  readonly cuts: EndOfConnection[];
  readonly begin: () => Promise<LiveRecord>;
}

/** @param wire whether the store tells what other processes do */
function scene({ wire }: { readonly wire: boolean }): Scene {
  const clock = new FakeClock();
  const store = new CountingStore({}, { clock });
  if (wire) {
    Object.assign(store, {
      watch: (watcher: StoreWatcher) => {
        store.watcher = watcher;
        return () => void (store.stopped += 1);
      },
      announce: (announcement: Announcement) => void store.announced.push(announcement),
    });
  }
  const parts = { store, clock, credentials: new RandomCredentialProvider(), policy: DEFAULT_POLICY };
  const here = new SessionManager({ ...parts, listener: (event) => connections.hear(event) });
  const connections = new SessionConnections(here, { check: 24 * 60 * MINUTE_MS });
  const begin = async (): Promise<LiveRecord> => {
    const issued = await here.create({ compose: () => new Map() });
    if (!issued) throw new Error('Nothing was created.');
    return issued.live;
  };
  return { clock, store, here, elsewhere: new SessionManager(parts), connections, cuts: [], begin };
}

/** The session as a request has it. */
function sessionOf(manager: SessionManager, { id }: LiveRecord): Session {
  const handle = new SessionHandle(manager, {
    presented: () => [],
    where: () => 'a test',
    found: async () => ({ live: (await manager.load(id)) as LiveRecord, token: null, standing: 'current' }),
  });
  return new Session(() => handle);
}

describe('an open connection', () => {
  it('is cut at once by what happens in this process, once', async () => {
    const { here, connections, cuts, begin } = scene({ wire: false });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why));
    await here.end(live.id, 'revoked');
    await here.end(live.id, 'revoked');
    connections.closeAll();
    expect(cuts).toEqual(['ended']);
    expect(connections.size).toBe(0);
  });

  it('is cut by a look when another process ended its session', async () => {
    const { elsewhere, connections, cuts, begin } = scene({ wire: false });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why));
    await elsewhere.end(live.id, 'revoked');
    expect(cuts).toEqual([]);
    await connections.look();
    expect(cuts).toEqual(['ended']);
  });

  it('is cut by a look when its time is over', async () => {
    const { clock, connections, cuts, begin } = scene({ wire: false });
    connections.hold(await begin(), (why) => cuts.push(why));
    clock.advance(30 * MINUTE_MS - 1);
    await connections.look();
    expect(cuts).toEqual([]);
    clock.advance(1);
    await connections.look();
    expect(cuts).toEqual(['ended']);
  });

  it('that cannot be closed holds up no other one', async () => {
    const { here, connections, cuts, begin } = scene({ wire: false });
    const live = await begin();
    connections.hold(live, () => {
      throw new Error('on purpose');
    });
    connections.hold(live, (why) => cuts.push(why));
    await here.end(live.id, 'revoked');
    expect(cuts).toEqual(['ended']);
  });

  it('is left alone by a store that is out', async () => {
    const { store, connections, cuts, begin } = scene({ wire: false });
    connections.hold(await begin(), (why) => cuts.push(why));
    store.load = () => {
      throw new Error('out');
    };
    await connections.look();
    expect(cuts).toEqual([]);
  });

  it('that is let go is asked for no more', async () => {
    const { here, connections, cuts, begin } = scene({ wire: false });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why))();
    await here.end(live.id, 'revoked');
    expect(cuts).toEqual([]);
  });

  it('that comes while the app closes is cut at once', async () => {
    const { connections, cuts, begin } = scene({ wire: false });
    connections.closeAll();
    connections.hold(await begin(), (why) => cuts.push(why));
    expect(cuts).toEqual(['shutdown']);
  });
});

describe('a look at the sessions with open connections', () => {
  it('costs one load for each session, however many connections it has', async () => {
    const { store, connections, begin } = scene({ wire: false });
    const live = await begin();
    for (let count = 0; count < 3; count++) connections.hold(live, () => undefined);
    await connections.look();
    expect(store.loads).toBe(1);
  });

  it('is at 64 sessions at most, and the next one at the others, as far as they are still there', async () => {
    const { store, connections, begin } = scene({ wire: false });
    const releases: (() => void)[] = [];
    while (releases.length < 100) releases.push(connections.hold(await begin(), () => undefined));
    await connections.look();
    expect(store.loads).toBe(64);
    for (const release of releases.slice(90)) release();
    await connections.look();
    expect(store.loads).toBe(90);
  });

  it('costs nothing where the store tells, but for the first, and one each half minute', async () => {
    const { clock, store, connections, begin } = scene({ wire: true });
    connections.hold(await begin(), () => undefined);
    await settled();
    await connections.look();
    expect(store.loads).toBe(1);
    clock.advance(29 * SECOND_MS);
    await connections.look();
    expect(store.loads).toBe(1);
    clock.advance(SECOND_MS);
    await connections.look();
    expect(store.loads).toBe(2);
  });

  it('comes at once for a connection that is new, whose session may have died meanwhile', async () => {
    const { elsewhere, connections, cuts, begin } = scene({ wire: true });
    connections.hold(await begin(), () => undefined);
    await settled();
    await connections.look();
    const live = await begin();
    await elsewhere.end(live.id, 'revoked');
    connections.hold(live, (why) => cuts.push(why));
    await connections.look();
    expect(cuts).toEqual(['ended']);
  });

  it('goes over all of them after something may have been missed', async () => {
    const { store, elsewhere, connections, cuts, begin } = scene({ wire: true });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why));
    await settled();
    await connections.look();
    await elsewhere.end(live.id, 'revoked');
    await connections.look();
    expect(cuts).toEqual([]);
    store.watcher?.missed();
    await connections.look();
    expect(cuts).toEqual(['ended']);
  });
});

describe('a store that carries word', () => {
  it.each([
    [{ kind: 'ended' as const }, ['ended']],
    [{ kind: 'everything' as const }, ['ended']],
    [{ kind: 'changed' as const }, []],
  ])('%j cuts what it is about, and is not believed where it only hints', async (told, expected) => {
    const { store, connections, cuts, begin } = scene({ wire: true });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why));
    await settled();
    store.watcher?.heard({ ...told, id: live.id } as Announcement);
    await settled();
    expect(cuts).toEqual(expected);
  });

  it('is told of every end and of every change of privilege, and of nothing else', async () => {
    const { store, here, begin } = scene({ wire: true });
    const [one, two] = [await begin(), await begin()];
    here.touch(two);
    await here.end(one.id, 'invalidated');
    here.report({ type: 'regenerated', id: two.id });
    await here.endEverything();
    expect(store.announced).toEqual([
      { kind: 'ended', id: one.id },
      { kind: 'changed', id: two.id },
      { kind: 'everything' },
    ]);
  });

  it('is told when the end of a session comes nearer, of which connections know a later one', async () => {
    const { clock, store, elsewhere, connections, cuts, begin } = scene({ wire: true });
    const live = await begin();
    connections.hold(live, (why) => cuts.push(why));
    await settled();
    await connections.look();
    await sessionOf(elsewhere, live).setTimeouts({ idle: '20m' });
    await sessionOf(elsewhere, live).setTimeouts({ idle: '25m' });
    expect(store.announced).toEqual([{ kind: 'changed', id: live.id }]);
    clock.advance(20 * MINUTE_MS - SECOND_MS);
    await connections.look();
    await sessionOf(elsewhere, live).setTimeouts({ absolute: 20 * MINUTE_MS });
    for (const announcement of store.announced) store.watcher?.heard(announcement);
    await settled();
    clock.advance(SECOND_MS);
    await connections.look();
    expect(cuts).toEqual(['ended']);
  });

  it('is watched only while something is open or was, and let go in the end', async () => {
    const { store, connections, begin } = scene({ wire: true });
    expect(store.watcher).toBeUndefined();
    connections.hold(await begin(), () => undefined);
    await settled();
    expect(store.watcher).toBeDefined();
    await connections.close();
    expect(store.stopped).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import type { SessionMigration } from '../../../lib/record/migration.js';
import { decodeRecord, encodeRecord, etagOf, newEtag } from '../../../lib/record/record-text.js';
import { movedHere } from '../../../lib/record/transitions.js';
import { flashKey } from '../../../lib/session/flash-messages.js';
import { AppInstance } from '../../../lib/testing/app-instance.js';
import { eventsDuring } from '../../../lib/testing/event-log.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { LAW_POLICY } from '../../../lib/testing/subject.js';
import { valuesIn } from '../../support/sample-record.js';

/** Release 1 had one name; release 2 has two. */
const names: SessionMigration = {
  version: 2,
  migrate({ name, ...rest }) {
    if (typeof name !== 'string') return rest;
    const [first = '', last = ''] = name.split(' ');
    return { ...rest, user: { first, last } };
  },
};

const ADA = { name: 'Ada Lovelace', cart: ['tea'] };
const MIGRATED = { cart: ['tea'], user: { first: 'Ada', last: 'Lovelace' } };

/** One store, and releases of an app over it. */
class World {
  readonly clock = new FakeClock();
  readonly store = new InMemorySessionProvider({}, { clock: this.clock });

  release(migration?: SessionMigration): AppInstance {
    const credentials = new RandomCredentialProvider();
    const { store, clock } = this;
    return new AppInstance({
      store,
      clock,
      credentials,
      policy: LAW_POLICY,
      sessionType: undefined,
      migration,
    });
  }

  /** The token of a session that a release made. */
  async begin(
    values: Readonly<Record<string, unknown>> = ADA,
    release: AppInstance = this.release(),
  ): Promise<{ readonly token: string; readonly id: string }> {
    const { session } = await release.open();
    for (const [key, value] of Object.entries(values)) session.set(key, value);
    await session.login('ada', { keep: 'all' });
    return { token: session.token ?? '', id: session.id ?? '' };
  }

  text(id: string): string {
    return this.store.load(id)?.text ?? '';
  }

  values(id: string): unknown {
    return valuesIn(this.text(id));
  }

  version(id: string): number | undefined {
    return decodeRecord(this.text(id))?.meta.schemaVersion;
  }
}

/** The types of events while a task runs. */
const told = async (task: () => Promise<unknown>): Promise<readonly string[]> =>
  (await eventsDuring(task)).map(({ type }) => type);

describe('a record of an earlier release', () => {
  it('is read as this release knows it, and stored with the response of the first request', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const release = world.release(names);
    const events = await told(async () => {
      for (let n = 0; n < 3; n++) {
        const request = await release.open(token);
        expect(request.session.toObject()).toEqual(MIGRATED);
        await request.finish();
      }
    });
    expect(events).toEqual(['migrated']);
    expect([world.values(id), world.version(id)]).toEqual([MIGRATED, 2]);
  });

  it('is migrated in one commit with what the request changed', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const { session, finish } = await openOf(world.release(names), token);
    session.set('theme', 'dark');
    expect(await session.update('visits', (visits = 0) => (visits as number) + 1)).toBe(1);
    await finish();
    expect(world.values(id)).toEqual({ ...MIGRATED, theme: 'dark', visits: 1 });
  });

  it('is migrated once by two processes at the same time, and neither loses what it changed', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const [one, other] = [world.release(names), world.release(names)];
    const events = await told(async () => {
      const [a, b] = [await one.open(token), await other.open(token)];
      (a.session.get('cart') as string[]).push('milk');
      b.session.set('theme', 'dark');
      await Promise.all([a.finish(), b.finish()]);
    });
    expect(events.toSorted()).toEqual(['conflict', 'migrated']);
    expect(world.values(id)).toEqual({ ...MIGRATED, cart: ['tea', 'milk'], theme: 'dark' });
  });

  it('keeps what another process changed since in a key that the migration made', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const late = await world.release(names).open(token);
    const { session, finish } = await openOf(world.release(names), token);
    session.set('user', { first: 'Grace', last: 'Hopper' });
    await finish();
    late.session.set('theme', 'dark');
    await late.finish();
    expect(world.values(id)).toEqual({
      cart: ['tea'],
      user: { first: 'Grace', last: 'Hopper' },
      theme: 'dark',
    });
  });

  it('is told by its version, its owner and its age', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const contexts: unknown[] = [];
    const migration: SessionMigration = {
      version: 3,
      migrate: (old, context) => {
        contexts.push(context);
        return old;
      },
    };
    await world.release(migration).open(token);
    expect(contexts).toEqual([{ from: 0, to: 3, id, principal: 'ada', createdAt: world.clock.now() }]);
  });

  it('goes through each release that it missed by its version', async () => {
    const world = new World();
    const { token, id } = await world.begin(ADA, world.release({ version: 1, migrate: (old) => old }));
    expect(world.version(id)).toBe(1);
    const { session } = await world.release(names).open(token);
    expect(session.toObject()).toEqual(MIGRATED);
    expect(session.principal).toBe('ada');
  });

  it('keeps a line that nobody can read, for a release that can', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const { meta } = decodeRecord(world.text(id)) ?? {};
    if (!meta) throw new Error('The record is damaged.');
    const lines = new Map([
      ['name', '"Ada Lovelace"'],
      ['at', '~other 5'],
    ]);
    world.store.replace(
      id,
      etagOf(world.text(id)),
      encodeRecord(newEtag(), meta, lines),
      world.clock.now() + 60_000,
    );
    const { finish } = await openOf(world.release(names), token);
    await finish();
    expect(world.text(id)).toContain('"at"\n~other 5\n');
    expect(world.version(id)).toBe(2);
  });

  it('keeps its flash messages, which the migration does not see', async () => {
    const world = new World();
    const key = flashKey('notice');
    const { token, id } = await world.begin({ ...ADA, [key]: 'saved' });
    const seen: string[] = [];
    const release = world.release({ version: 1, migrate: (old) => (seen.push(...Object.keys(old)), {}) });
    const { finish } = await openOf(release, token);
    await finish();
    expect([seen, world.values(id)]).toEqual([['name', 'cart'], { [key]: 'saved' }]);
  });

  it('is migrated where it is changed as a whole: in a login, by a rotation', async () => {
    for (const change of ['login', 'rotate'] as const) {
      const world = new World();
      const { token, id } = await world.begin();
      const { session, finish } = await openOf(world.release(names), token);
      await (change === 'login' ? session.login('ada', { keep: 'all' }) : session.rotate());
      await finish();
      expect([world.values(id), world.version(id)]).toEqual([MIGRATED, 2]);
    }
  });

  it('is stored also when the handler failed, whose changes are dropped', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const request = await world.release(names).open(token);
    request.session.set('theme', 'dark');
    request.handle.abandon();
    await request.finish();
    expect(world.values(id)).toEqual(MIGRATED);
  });
});

describe('a migration that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('Ada Lovelace');
      },
    ],
    ['answers nothing', () => undefined],
    ['answers a promise', () => Promise.resolve({})],
    ['answers a list', () => []],
    ['answers what no session can hold', () => ({ at: new Date(0) })],
    ['answers more than fits', () => ({ big: 'x'.repeat(40_000) })],
    [
      'answers more keys than fit',
      () => Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n}`, n])),
    ],
  ])('leaves the values as they are, with an event and without an error: it %s', async (_, migrate) => {
    const world = new World();
    const { token, id } = await world.begin();
    const before = world.text(id);
    const release = world.release({ version: 2, migrate: migrate as SessionMigration['migrate'] });
    const events = await eventsDuring(async () => {
      const request = await release.open(token);
      expect(request.session.principal).toBe('ada');
      expect(request.session.toObject()).toEqual(ADA);
      await request.finish();
    });
    expect(events).toEqual([{ type: 'migration-failed', id }]);
    expect(world.text(id)).toBe(before);
  });

  it('is tried again by the next release, also after other changes', async () => {
    const world = new World();
    const { token, id } = await world.begin();
    const broken = world.release({
      version: 2,
      migrate: () => {
        throw new Error('no');
      },
    });
    const request = await broken.open(token);
    request.session.set('theme', 'dark');
    await request.finish();
    expect([world.values(id), world.version(id)]).toEqual([{ ...ADA, theme: 'dark' }, undefined]);
    const { session } = await world.release(names).open(token);
    expect(session.toObject()).toEqual({ ...MIGRATED, theme: 'dark' });
  });

  it('changes nothing in the record by what it did to its argument before it threw', async () => {
    const world = new World();
    const { token } = await world.begin();
    const release = world.release({
      version: 2,
      migrate: (old) => {
        (old['cart'] as string[]).push('poison');
        throw new Error('no');
      },
    });
    expect((await release.open(token)).session.toObject()).toEqual(ADA);
  });
});

describe('a record that needs no migration', () => {
  it('is one that this release made', async () => {
    const world = new World();
    const release = world.release(names);
    const { token, id } = await world.begin({ name: 'stays' }, release);
    expect(world.version(id)).toBe(2);
    const events = await told(async () => {
      const request = await release.open(token);
      expect(request.session.toObject()).toEqual({ name: 'stays' });
      await request.finish();
    });
    expect(events).toEqual([]);
  });

  it('is none that was moved here from another library: its values are of an earlier release', async () => {
    const world = new World();
    const { manager } = world.release(names);
    const issued = await manager.create({
      compose: () => new Map([['name', '"Ada Lovelace"']]),
      shape: (meta) => movedHere(meta, { secret: 's'.repeat(43), grace: 1000, persistent: false }),
    });
    expect(issued?.live.segments.get('user')).toBe('{"first":"Ada","last":"Lovelace"}');
    expect(issued?.live.isMigrated).toBe(true);
  });

  it('is one of a later release, while both are running: this one keeps the version as it is', async () => {
    const world = new World();
    const { token, id } = await world.begin(
      { name: 'stays' },
      world.release({ version: 9, migrate: (old) => old }),
    );
    for (const release of [world.release(names), world.release()]) {
      const { session, finish } = await openOf(release, token);
      await session.increment('visits');
      await finish();
    }
    expect([world.values(id), world.version(id)]).toEqual([{ name: 'stays', visits: 2 }, 9]);
  });

  it('costs not a byte while the app counts no versions', async () => {
    const world = new World();
    const release = world.release();
    const { session } = await release.open();
    await session.set('a', 1).save();
    expect(world.text(session.id ?? '').split('\n')[0]).toMatch(/,null\]$/);
  });

  it('is not read for a list of sessions', async () => {
    const world = new World();
    await world.begin();
    let runs = 0;
    const release = world.release({ version: 2, migrate: (old) => (runs++, old) });
    expect(await release.sessions.list('ada')).toHaveLength(1);
    expect(runs).toBe(0);
  });
});

async function openOf(release: AppInstance, token: string) {
  const request = await release.open(token);
  return { session: request.session, finish: () => request.finish() };
}

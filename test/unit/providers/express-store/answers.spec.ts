import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type ExpressStore,
  type ExpressStoreSessionProvider,
  fromExpressStore,
} from '../../../../lib/providers/express-store/index.js';
import { FakeClock, Subject } from '../../../../lib/testing/index.js';
import { EXPRESS_STORES } from '../../../support/express-stores.js';
import { SilentStore, SyncStore, TwiceStore, withMethods } from '../../../support/odd-express-stores.js';
import { sampleRecord } from '../../../support/sample-record.js';

const ID = 'a-session-of-22-letters';

let clock: FakeClock;
let deadline: number;

beforeEach(() => {
  clock = new FakeClock();
  deadline = clock.now() + 600_000;
});

const bridge = (store: ExpressStore): ExpressStoreSessionProvider => fromExpressStore(store, { clock });

const failure = (code: string): Error => Object.assign(new Error('The store said no.'), { code });

describe('rule 1: a missing session', () => {
  const answers: [string, unknown[]][] = [
    ['undefined', [undefined, undefined]],
    ['null', [null, null]],
    ['no argument', []],
    ['ENOENT', [failure('ENOENT')]],
  ];

  it.each(answers)('is what a store means by %s', async (_, answer) => {
    const provider = bridge(
      withMethods(new SyncStore(), { get: (_sid, callback) => callback(answer[0], answer[1]) }),
    );
    expect(await provider.load(ID)).toBeUndefined();
    expect(await provider.replace(ID, 'a stale etag', sampleRecord(), deadline)).toBe('gone');
    expect(await provider.end(ID)).toBe(false);
  });

  it.each(EXPRESS_STORES)('is one to %s', async (_, make) => {
    const provider = bridge(make());
    expect(await provider.load(ID)).toBeUndefined();
    expect(await provider.end(ID)).toBe(false);
    await expect(provider.health()).resolves.toBeUndefined();
  });

  it('may have gone by itself while it was being destroyed', async () => {
    const provider = bridge(
      withMethods(new SyncStore(), { destroy: (_sid, callback) => callback(failure('ENOENT')) }),
    );
    await provider.create(ID, sampleRecord(), deadline);
    expect(await provider.end(ID)).toBe(true);
  });
});

describe('rule 1: a failure', () => {
  it('is any other error of a read', async () => {
    const down = failure('ECONNREFUSED');
    const provider = bridge(withMethods(new SyncStore(), { get: (_sid, callback) => callback(down) }));
    await expect(provider.load(ID)).rejects.toBe(down);
    await expect(provider.touch(ID, deadline)).rejects.toBe(down);
    await expect(provider.health()).rejects.toBe(down);
  });

  it('is ENOENT when it was to write, as then the folder is missing', async () => {
    const gone = failure('ENOENT');
    const provider = bridge(
      withMethods(new SyncStore(), { set: (_sid, _session, callback) => callback(gone) }),
    );
    await expect(provider.create(ID, sampleRecord(), deadline)).rejects.toBe(gone);
  });

  it('keeps a session alive that could not be destroyed', async () => {
    const down = failure('ECONNREFUSED');
    const provider = bridge(withMethods(new SyncStore(), { destroy: (_sid, callback) => callback(down) }));
    await provider.create(ID, sampleRecord(), deadline);
    await expect(provider.end(ID)).rejects.toBe(down);
    expect(await provider.load(ID)).toBeDefined();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw failure('EIO');
      },
    ],
    ['rejects instead of calling back', () => Promise.reject(failure('EIO'))],
  ])('is a store that %s', async (_, get) => {
    const provider = bridge(withMethods(new SyncStore(), { get }));
    await expect(provider.load(ID)).rejects.toHaveProperty('code', 'EIO');
  });
});

describe('rule 2: a touch', () => {
  it.each(EXPRESS_STORES)('of a missing session is no error in %s, and writes nothing', async (_, make) => {
    const provider = bridge(make());
    await expect(provider.touch(ID, deadline)).resolves.toBeUndefined();
    expect(await provider.load(ID)).toBeUndefined();
  });

  it.each(EXPRESS_STORES)('moves the deadline in %s, only ever to a later one', async (_, make) => {
    const provider = bridge(make());
    const text = sampleRecord({ values: { a: 1 } });
    await provider.create(ID, text, deadline);
    await provider.touch(ID, deadline - 1);
    expect(await provider.load(ID)).toEqual({ text, deadline });
    await provider.touch(ID, deadline + 1);
    expect(await provider.load(ID)).toEqual({ text, deadline: deadline + 1 });
  });
});

describe('rule 3: a store that calls back from inside of its own try', () => {
  const mistake = (): never => {
    throw new Error('This is a mistake in a handler.');
  };

  it('sees no error of whoever waits for it', async () => {
    const store = new TwiceStore();
    await expect(bridge(store).load(ID).then(mistake)).rejects.toThrow('a mistake in a handler');
    expect(store.caught).toEqual([]);
  });

  it('would see it without the bridge, and call back again', () => {
    const store = new TwiceStore();
    const callback = jest.fn<() => void>().mockImplementationOnce(mistake);
    store.get(ID, callback);
    expect(store.caught).toHaveLength(1);
    expect(callback).toHaveBeenCalledTimes(2);
  });

  it('is heard once', async () => {
    const provider = bridge(new TwiceStore());
    const text = sampleRecord();
    expect(await provider.create(ID, text, deadline)).toBe('ok');
    expect(await provider.load(ID)).toEqual({ text, deadline });
  });
});

describe('rule 7: a store may answer', () => {
  it('at once', async () => {
    const provider = bridge(new SyncStore());
    const text = sampleRecord();
    expect(await provider.create(ID, text, deadline)).toBe('ok');
    expect(await provider.load(ID)).toEqual({ text, deadline });
    expect(await provider.end(ID)).toBe(true);
  });

  it('never, and then the operation timeout ends the wait', async () => {
    const store = bridge(new SilentStore());
    const subject = new Subject({ store, clock, policy: { operationTimeout: 30 } });
    const { token } = await subject.reserve();
    const request = subject.here.arrive(token);
    await expect(request.session.load()).rejects.toHaveProperty('code', 'STORE_TIMEOUT');
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { RECORD_OVERHEAD, sizeOf } from '../../../../lib/providers/memory/record-table.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { sampleRecord } from '../../../support/sample-record.js';
import { thrownBy } from '../../../support/thrown-by.js';

const HOUR_MS = 3_600_000;

let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});

/** A provider and the moves of these tests: `a1` is a record of nobody, `p1` one of somebody. */
class Scene {
  readonly provider: InMemorySessionProvider;
  readonly #names: string[] = [];

  constructor(config: Record<string, unknown>) {
    this.provider = new InMemorySessionProvider(config, { clock });
  }

  create(name: string, { deadline = clock.now() + HOUR_MS, values = {} } = {}): this {
    this.#names.push(name);
    const principal = name.startsWith('p') ? 'somebody' : null;
    this.provider.create(idOf(name), sampleRecord({ principal, values }), deadline);
    return this;
  }

  replace(name: string, { values = {}, principal = null as string | null } = {}): this {
    const stored = this.provider.load(idOf(name));
    const text = sampleRecord({ principal, values });
    this.provider.replace(idOf(name), etagOf(stored?.text ?? ''), text, clock.now() + HOUR_MS);
    return this;
  }

  touch(name: string): this {
    this.provider.touch(idOf(name), clock.now() + 2 * HOUR_MS);
    return this;
  }

  /** Who is still there, in the order of creation. */
  get alive(): string {
    return this.#names.filter((name) => this.provider.load(idOf(name))).join(' ');
  }
}

const idOf = (name: string): string => name.padEnd(22, '-');

describe('the limit on records', () => {
  it('takes the expired first, even an authenticated one that was used last', () => {
    const scene = new Scene({ max_records: 3 })
      .create('a1')
      .create('a2')
      .create('p1', { deadline: clock.now() + 10 });
    clock.advance(10);
    expect(scene.create('a3').alive).toBe('a1 a2 a3');
    expect(scene.provider.usage).toMatchObject({ records: 3, evicted: 0 });
  });

  it('takes the one that expired first when several did', () => {
    const scene = new Scene({ max_records: 3 });
    const at = clock.now();
    scene
      .create('a1', { deadline: at + 30 })
      .create('a2', { deadline: at + 10 })
      .create('a3', { deadline: at + 20 });
    clock.advance(40);
    scene.create('a4');
    clock.set(at + 5);
    expect(scene.alive).toBe('a1 a3 a4');
  });

  it('then takes those of nobody, the least recently written first', () => {
    const scene = new Scene({ max_records: 4 })
      .create('p1')
      .create('a1')
      .create('a2')
      .create('a3')
      .replace('a1');
    expect(scene.create('a4').alive).toBe('p1 a1 a3 a4');
    expect(scene.create('a5').alive).toBe('p1 a1 a4 a5');
  });

  it('counts a touch as use, and a load as none', () => {
    const scene = new Scene({ max_records: 2 }).create('a1').create('a2').touch('a1');
    scene.provider.load(idOf('a2'));
    expect(scene.create('a3').alive).toBe('a1 a3');
  });

  it('then takes those of somebody, the least recently used first', () => {
    const scene = new Scene({ max_records: 3 }).create('p1').create('p2').create('p3').touch('p1');
    expect(scene.create('p4').alive).toBe('p1 p3 p4');
    expect(scene.provider.usage.evicted).toBe(1);
  });

  it('takes one of somebody rather than the record that is being written', () => {
    const scene = new Scene({ max_records: 2 }).create('p1').create('p2');
    expect(scene.create('a1').alive).toBe('p2 a1');
    expect(scene.create('a2').alive).toBe('p2 a2');
  });

  it('protects a session from the moment it has a principal', () => {
    const scene = new Scene({ max_records: 3 }).create('a1').create('a2').create('a3');
    scene.replace('a1', { principal: 'somebody' });
    expect(scene.create('a4').create('a5').alive).toBe('a1 a4 a5');
    scene.replace('a1', { principal: null });
    expect(scene.create('a6').create('a7').create('a8').alive).toBe('a6 a7 a8');
  });

  it('holds with a single record', () => {
    expect(new Scene({ max_records: 1 }).create('p1').create('a1').alive).toBe('a1');
  });

  it('spares the record that is being written even when that one expires first', () => {
    const scene = new Scene({ max_records: 2 })
      .create('a1')
      .create('a2')
      .create('a3', { deadline: clock.now() - 10 });
    clock.advance(-20);
    expect(scene.alive).toBe('a2 a3');
  });

  it('forgets an evicted session for good: a late write is answered with gone', () => {
    const { provider } = new Scene({ max_records: 1 }).create('a1').create('a2');
    expect(provider.replace(idOf('a1'), 'etag-unknown', sampleRecord(), clock.now() + HOUR_MS)).toBe('gone');
  });
});

describe('the limit on bytes', () => {
  const small = sizeOf(sampleRecord({ values: { v: 'x'.repeat(1000) } }));
  const filler = (length: number): { values: Record<string, string> } => ({
    values: { v: 'x'.repeat(length) },
  });

  it('counts the text and a fixed overhead, and gives back what was removed', () => {
    const { provider } = new Scene({}).create('a1', filler(1000)).create('a2', filler(1000));
    expect(provider.usage.bytes).toBe(2 * small);
    provider.end(idOf('a1'));
    expect(provider.usage.bytes).toBe(small);
    provider.end(idOf('a2'));
    expect(provider.usage).toEqual({ records: 0, bytes: 0, evicted: 0 });
  });

  it('counts two bytes a character for a text that needs them', () => {
    expect(sizeOf('é'.repeat(100))).toBe(100 + RECORD_OVERHEAD);
    expect(sizeOf(`${'é'.repeat(99)}語`)).toBe(200 + RECORD_OVERHEAD);
  });

  it('evicts as many as a larger record needs, the written one excepted', () => {
    const limit = 4 * small + 10;
    const scene = new Scene({ max_bytes: limit });
    for (const name of ['a1', 'a2', 'a3', 'p1']) scene.create(name, filler(1000));
    expect(scene.replace('a1', filler(2000 + RECORD_OVERHEAD)).alive).toBe('a1 a3 p1');
    expect(scene.provider.usage.bytes).toBeLessThanOrEqual(limit);
    expect(scene.create('a4', filler(3000)).alive).toBe('p1 a4');
  });

  it('refuses a record that alone is larger, names the key, and leaves everything as it was', () => {
    const scene = new Scene({ max_bytes: 2 * small }).create('a1', filler(1000)).create('a2', filler(1000));
    const tooLarge = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('session.config.max_bytes') };
    expect(thrownBy(() => scene.create('a3', filler(4000)))).toMatchObject(tooLarge);
    expect(thrownBy(() => scene.replace('a1', filler(4000)))).toMatchObject(tooLarge);
    expect(scene.alive).toBe('a1 a2');
    expect(scene.provider.usage).toEqual({ records: 2, bytes: 2 * small, evicted: 0 });
  });

  it.each([-1, 0])('fits a record to the byte: at %p bytes from the limit it stays', (offset) => {
    const scene = new Scene({ max_bytes: small - offset }).create('a1', filler(1000));
    expect(scene.alive).toBe('a1');
  });

  it('bounds the number of records, too, however high max_records is', () => {
    const scene = new Scene({ max_bytes: 10_000, max_records: 2 ** 24 });
    for (let index = 0; index < 200; index++) scene.create(`a${index}`);
    expect(scene.provider.usage.bytes).toBeLessThanOrEqual(10_000);
  });
});

describe('a flood of 10000 anonymous writes with room for 1000 (A58)', () => {
  const MEMBERS = 300;

  const flood = (
    principalOfMembers: string | null,
  ): { provider: InMemorySessionProvider; members: number } => {
    const provider = new InMemorySessionProvider({ max_records: 1000 }, { clock });
    const deadline = clock.now() + HOUR_MS;
    const member = (index: number): string => idOf(`member-${index}`);
    for (let index = 0; index < MEMBERS; index++) {
      provider.create(member(index), sampleRecord({ principal: principalOfMembers }), deadline);
    }
    let most = 0;
    for (let index = 0; index < 10_000; index++) {
      provider.create(idOf(`crowd-${index}`), sampleRecord(), deadline);
      most = Math.max(most, provider.usage.records);
    }
    expect(most).toBe(1000);
    return {
      provider,
      members: Array.from({ length: MEMBERS }, (_, index) => provider.load(member(index))).filter(Boolean)
        .length,
    };
  };

  it('evicts no authenticated session', () => {
    const { provider, members } = flood('somebody');
    expect(members).toBe(MEMBERS);
    expect(provider.usage).toMatchObject({ records: 1000, evicted: 9300 });
  });

  it('would evict them all if they were not told apart', () => {
    expect(flood(null).members).toBe(0);
  });
});

describe('the memory of a provider', () => {
  it('does not grow with the number of touches and replaces', () => {
    const scene = new Scene({ max_records: 10 });
    for (let index = 0; index < 10; index++) scene.create(`a${index}`);
    const { bytes } = scene.provider.usage;
    for (let round = 0; round < 500; round++) {
      clock.advance(1);
      scene.touch(`a${round % 10}`).replace(`a${(round * 7) % 10}`);
    }
    expect(scene.provider.usage).toEqual({ records: 10, bytes, evicted: 0 });
  });

  it('shrinks by itself under writes when sessions expire', () => {
    const scene = new Scene({});
    for (let index = 0; index < 20; index++) scene.create(`a${index}`, { deadline: clock.now() + 10 });
    clock.advance(10 + IN_FLIGHT_WINDOW_MS);
    for (let index = 0; index < 10; index++) scene.create(`b${index}`);
    expect(scene.provider.usage.records).toBe(10);
  });

  it('is swept in steps of the size that was asked for', () => {
    const scene = new Scene({});
    for (let index = 0; index < 25; index++) scene.create(`a${index}`, { deadline: clock.now() + index });
    clock.advance(20 + IN_FLIGHT_WINDOW_MS);
    expect([scene.provider.sweep(15), scene.provider.sweep(15), scene.provider.sweep(15)]).toEqual([
      15, 6, 0,
    ]);
    expect(scene.provider.usage.records).toBe(4);
  });
});

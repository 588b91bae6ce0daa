import { beforeEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { newEtag } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { sampleRecord } from '../../../support/sample-record.js';

const ID = 'a'.repeat(22);
const IDLE = 1000;

let clock: FakeClock;
let provider: InMemorySessionProvider;
let deadline: number;

beforeEach(() => {
  clock = new FakeClock();
  provider = new InMemorySessionProvider({}, { clock });
  deadline = clock.now() + IDLE;
});

describe('InMemorySessionProvider', () => {
  it('answers each operation at once, without a promise', () => {
    expect(provider.create(ID, sampleRecord(), deadline)).toBe('ok');
    expect(provider.load(ID)).toHaveProperty('deadline', deadline);
    expect(provider.touch(ID, deadline + 1)).toBeUndefined();
    expect(provider.end(ID)).toBe(true);
  });

  it('creates once: the second create finds the id taken and writes nothing', () => {
    const text = sampleRecord();
    provider.create(ID, text, deadline);
    expect(provider.create(ID, sampleRecord(), deadline)).toBe('exists');
    expect(provider.load(ID)).toEqual({ text, deadline });
  });

  it('replaces the record that has the etag', () => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
    const text = sampleRecord({ values: { a: 1 } });
    expect(provider.replace(ID, 'etag-first-1', text, deadline + 5)).toBe('ok');
    expect(provider.load(ID)).toEqual({ text, deadline: deadline + 5 });
  });

  it('answers a stale etag with what the record is now, and writes nothing', () => {
    const text = sampleRecord();
    provider.create(ID, text, deadline);
    expect(provider.replace(ID, newEtag(), sampleRecord(), deadline + 5)).toEqual({ text, deadline });
    expect(provider.load(ID)).toEqual({ text, deadline });
  });

  it('takes a write that is sent twice as one', () => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
    const text = sampleRecord();
    expect(provider.replace(ID, 'etag-first-1', text, deadline)).toBe('ok');
    expect(provider.replace(ID, 'etag-first-1', text, deadline)).toBe('ok');
  });

  it('does not take the same write as done once another came between', () => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
    const first = sampleRecord({ etag: 'etag-second-' });
    const other = sampleRecord();
    provider.replace(ID, 'etag-first-1', first, deadline);
    provider.replace(ID, 'etag-second-', other, deadline);
    expect(provider.replace(ID, 'etag-first-1', first, deadline)).toEqual({ text: other, deadline });
  });

  it('creates nothing with replace or touch', () => {
    expect(provider.replace(ID, newEtag(), sampleRecord(), deadline)).toBe('gone');
    provider.touch(ID, deadline);
    expect(provider.usage.records).toBe(0);
  });

  it('only lengthens with a touch', () => {
    provider.create(ID, sampleRecord(), deadline);
    provider.touch(ID, deadline - 1);
    expect(provider.load(ID)?.deadline).toBe(deadline);
    provider.touch(ID, deadline + 1);
    expect(provider.load(ID)?.deadline).toBe(deadline + 1);
  });
});

describe('a deadline of InMemorySessionProvider', () => {
  it.each([-1, 0, 1])('at %p ms from it, the record is found, for the caller to judge', (offset) => {
    const text = sampleRecord();
    provider.create(ID, text, deadline);
    clock.set(deadline + offset);
    expect(provider.load(ID)).toEqual({ text, deadline });
  });

  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('at %p ms from the end of its window, the record is found: %p', (offset, found) => {
    provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    expect(provider.load(ID) !== undefined).toBe(found);
  });

  it.each([
    [-1, 'ok'],
    [0, 'gone'],
    [1, 'gone'],
  ])('at %p ms from the end of its window, a commit that was under way is %p', (offset, outcome) => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    expect(provider.replace(ID, 'etag-first-1', sampleRecord(), clock.now() + IDLE)).toBe(outcome);
    expect(provider.load(ID) !== undefined).toBe(outcome === 'ok');
  });

  it.each([
    [-1, true],
    [0, false],
  ])('at %p ms from the end of its window, a touch or an end finds the record: %p', (offset, found) => {
    provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    provider.touch(ID, clock.now() + IDLE);
    expect(provider.load(ID) !== undefined).toBe(found);
    expect(provider.end(ID)).toBe(found);
  });

  it.each([
    [-1, 0],
    [0, 1],
  ])('at %p ms from the end of its window, a sweep removes %p records', (offset, removed) => {
    provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    expect(provider.sweep(10)).toBe(removed);
    expect(provider.usage.records).toBe(1 - removed);
  });

  it('frees the id when its window is over, swept or not', () => {
    provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS - 1);
    expect(provider.create(ID, sampleRecord(), clock.now() + IDLE)).toBe('exists');
    clock.advance(1);
    expect(provider.create(ID, sampleRecord(), clock.now() + IDLE)).toBe('ok');
  });

  it('may come earlier with a replace, and counts from then on', () => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
    provider.replace(ID, 'etag-first-1', sampleRecord(), deadline - 500);
    expect(provider.load(ID)?.deadline).toBe(deadline - 500);
    clock.set(deadline - 500 + IN_FLIGHT_WINDOW_MS);
    expect(provider.load(ID)).toBeUndefined();
  });
});

describe('an ended session of InMemorySessionProvider', () => {
  beforeEach(() => {
    provider.create(ID, sampleRecord({ etag: 'etag-first-1' }), deadline);
  });

  it('is reported once', () => {
    expect([provider.end(ID), provider.end(ID)]).toEqual([true, false]);
  });

  it('is found by no load, and brought back by no write', () => {
    provider.end(ID);
    expect(provider.load(ID)).toBeUndefined();
    expect(provider.replace(ID, 'etag-first-1', sampleRecord(), deadline)).toBe('gone');
    provider.touch(ID, deadline + IDLE);
    expect(provider.create(ID, sampleRecord(), deadline)).toBe('exists');
    expect(provider.load(ID)).toBeUndefined();
    expect(provider.usage).toEqual({ records: 0, bytes: 0, evicted: 0 });
  });

  it.each([
    [-1, 'exists'],
    [0, 'ok'],
  ])('keeps its id taken until its window is over: at %p ms from that a create is %p', (offset, outcome) => {
    provider.end(ID);
    clock.advance(IN_FLIGHT_WINDOW_MS + offset);
    expect(provider.create(ID, sampleRecord(), clock.now() + IDLE)).toBe(outcome);
  });

  it('leaves no trace after close', () => {
    provider.end(ID);
    provider.create('b'.repeat(22), sampleRecord(), deadline);
    provider.close();
    expect(provider.usage.records).toBe(0);
    expect(provider.load('b'.repeat(22))).toBeUndefined();
  });
});

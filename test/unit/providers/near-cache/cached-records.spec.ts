import { describe, expect, it } from '@jest/globals';
import { CachedRecords, ownerOf } from '../../../../lib/providers/near-cache/cached-records.js';
import { sampleRecord } from '../../../support/sample-record.js';

const LIVE = { text: 'text', deadline: 1000 };
const UNTIL = 500;
const now = { at: 0, now: 0 };

function keep(records: CachedRecords, id: string, record = LIVE): void {
  records.arrive(records.depart(id), record, UNTIL);
}

const held = (records: CachedRecords, ...ids: readonly string[]): readonly string[] =>
  ids.filter((id) => records.find(id, now.at, now.now) !== undefined);

describe('cached records', () => {
  it('are found until their deadline, by the clock of the app, and no longer than they may be kept', () => {
    const records = new CachedRecords({ max: 10, size: 10_000 });
    keep(records, 'a');
    keep(records, 'b');
    expect(records.find('a', 499, 999)).toEqual(LIVE);
    expect(records.find('a', 499, 1000)).toBeUndefined();
    expect(records.find('b', 500, 999)).toBeUndefined();
    expect([records.count, records.bytes]).toEqual([0, 0]);
  });

  it('live as long as a touch has said', () => {
    const records = new CachedRecords({ max: 10, size: 10_000 });
    keep(records, 'a');
    records.touched('a', 2000);
    records.touched('a', 1500);
    records.touched('absent', 2000);
    expect(records.find('a', 0, 1999)).toEqual({ ...LIVE, deadline: 2000 });
    expect(records.count).toBe(1);
  });

  it('are not more than they may be, and those that were used stay', () => {
    const records = new CachedRecords({ max: 3, size: 10_000 });
    for (const id of ['a', 'b', 'c']) keep(records, id);
    expect(held(records, 'a')).toEqual(['a']);
    keep(records, 'd');
    keep(records, 'e');
    expect(held(records, 'a', 'b', 'c', 'd', 'e')).toEqual(['a', 'd', 'e']);
  });

  it('take no more bytes than they may, whatever was used', () => {
    const records = new CachedRecords({ max: 100, size: 2000 });
    for (let id = 0; id < 20; id++) {
      keep(records, String(id), { ...LIVE, text: 'x'.repeat(200) });
      expect(held(records, String(id))).toEqual([String(id)]);
      expect(records.bytes).toBeLessThanOrEqual(2000);
    }
    keep(records, 'too large', { ...LIVE, text: 'x'.repeat(2000) });
    expect(held(records, 'too large')).toEqual([]);
    expect(records.count).toBe(3);
  });

  it('are not kept of a question during which the session changed', () => {
    const records = new CachedRecords({ max: 10, size: 10_000 });
    for (const what of ['a', ownerOf('ada'), '*']) {
      const flight = records.depart('a');
      records.drop([what]);
      records.arrive(flight, LIVE, UNTIL);
      expect(held(records, 'a')).toEqual([]);
    }
    const flight = records.depart('a');
    records.drop(['b']);
    records.arrive(flight, LIVE, UNTIL);
    expect(held(records, 'a')).toEqual(['a']);
  });

  it('are replaced by news, which outdate every other answer that is under way', () => {
    const records = new CachedRecords({ max: 10, size: 10_000 });
    const [load, write] = [records.depart('a'), records.depart('a')];
    records.supersede(write);
    records.arrive(write, { ...LIVE, text: 'new' }, UNTIL);
    records.arrive(load, { ...LIVE, text: 'old' }, UNTIL);
    expect(records.find('a', 0, 0)?.text).toBe('new');
  });

  it('are dropped with all sessions of an owner, and only those', () => {
    const records = new CachedRecords({ max: 10, size: 10_000 });
    const principals = { a: 'ada', b: 'ada', c: 'bob', d: null };
    for (const [id, principal] of Object.entries(principals))
      keep(records, id, { ...LIVE, text: sampleRecord({ principal }) });
    for (let times = 0; times < 2; times++) {
      records.drop([ownerOf('ada')]);
      expect(held(records, 'a', 'b', 'c', 'd')).toEqual(['c', 'd']);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import {
  isEvictionOf,
  isOfEpoch,
  keyLife,
  newEpoch,
  newTombstone,
  ownerIn,
  storedRecord,
} from '../../../../lib/providers/redis/stored-value.js';

const OWNER = 'o'.repeat(16);

describe('what stands in the key of a record', () => {
  it('is a record of its epoch, with an owner and a text', () => {
    const epoch = newEpoch();
    const value = `${epoch}${OWNER}text`;
    expect(isOfEpoch(value, epoch)).toBe(true);
    expect(ownerIn(value)).toBe(OWNER);
    expect(storedRecord(value, IN_FLIGHT_WINDOW_MS + 5, 1000)).toEqual({ text: 'text', deadline: 1005 });
  });

  it.each([
    ['another epoch', newEpoch()],
    ['no epoch', null],
  ])('is dead in %s', (_, epoch) => {
    expect(isOfEpoch(`${newEpoch()}${OWNER}text`, epoch)).toBe(false);
  });

  it('is nothing, or a tombstone', () => {
    expect(isOfEpoch(null, newEpoch())).toBe(false);
    expect(isOfEpoch(newTombstone('revoked'), newEpoch())).toBe(false);
  });

  it.each([-1, -2])('is none of ours when PTTL answers %d', (ttl) => {
    expect(storedRecord(`${newEpoch()}${OWNER}text`, ttl, 0)).toBeUndefined();
  });

  it('lives a window longer than its session, and for a moment at least', () => {
    expect(keyLife(1000.5, 0)).toBe(String(IN_FLIGHT_WINDOW_MS + 1001));
    expect(keyLife(0, 10 * IN_FLIGHT_WINDOW_MS)).toBe('1');
  });

  it('tells a login that it was evicted by its place, and no other login', () => {
    const evicted = `${newTombstone('evicted')}pending@7 1 2 etag`;
    expect(isEvictionOf('7 1 2 etag', evicted)).toBe(true);
    expect(isEvictionOf('8 1 2 etag', evicted)).toBe(false);
    expect(isEvictionOf('7 1 2 etag', `${newTombstone('revoked')}pending@7 1 2 etag`)).toBe(false);
    expect(isEvictionOf('7 1 2 etag', `${newTombstone('evicted')}live`)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../lib/providers/atomic-session-store.js';
import { Tombstones } from '../../../lib/providers/tombstones.js';

describe('Tombstones', () => {
  it.each([
    [IN_FLIGHT_WINDOW_MS - 1, true],
    [IN_FLIGHT_WINDOW_MS, false],
    [IN_FLIGHT_WINDOW_MS + 1, false],
  ])('after %p ms remember an id: %p', (elapsed, remembered) => {
    const tombstones = new Tombstones();
    tombstones.add('a', 1000);
    expect(tombstones.has('a', 1000 + elapsed)).toBe(remembered);
  });

  it('remember an id for its whole window, whenever others come', () => {
    const tombstones = new Tombstones();
    const last = IN_FLIGHT_WINDOW_MS - 1;
    tombstones.add('first', 0);
    tombstones.add('second', last);
    tombstones.add('third', IN_FLIGHT_WINDOW_MS);
    expect(tombstones.has('second', last + IN_FLIGHT_WINDOW_MS - 1)).toBe(true);
  });

  it('forget what is long over when others come', () => {
    const tombstones = new Tombstones();
    for (let index = 0; index < 100; index++) tombstones.add(`old-${index}`, 0);
    tombstones.add('a', IN_FLIGHT_WINDOW_MS);
    tombstones.add('b', 2 * IN_FLIGHT_WINDOW_MS);
    expect(tombstones.size).toBe(2);
  });

  it('hold no more than their limit, and the latest half for sure', () => {
    const tombstones = new Tombstones(100);
    for (let index = 0; index < 1000; index++) tombstones.add(`id-${index}`, 0);
    expect(tombstones.size).toBeLessThanOrEqual(100);
    for (let index = 950; index < 1000; index++) expect(tombstones.has(`id-${index}`, 1)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { oldestFirst, roomFor } from '../../../lib/providers/admission.js';
import type { OwnedRecord } from '../../../lib/providers/atomic-session-store.js';
import { sampleRecord } from '../../support/sample-record.js';

const NOW = 1000;

/** A session by its name, when it logged in, and how far its deadline is. */
const session = (id: string, authenticatedAt: number, left = 1): OwnedRecord => ({
  id,
  text: sampleRecord({ principal: 'ada', authenticatedAt }),
  deadline: NOW + left,
});

const names = (records: readonly OwnedRecord[]): string => records.map(({ id }) => id).join(' ');

describe('roomFor', () => {
  const held = [session('b', 2), session('d', 4, 0), session('a', 1), session('c', 3)];
  const room = (limit: number | undefined, whenFull: 'reject' | 'evict-oldest') => {
    const admission = limit === undefined ? { whenFull } : { whenFull, limit };
    const answer = roomFor({ ...admission, principal: 'ada' }, () => held, NOW);
    return answer === 'full' ? answer : [names(answer.evicted), names(answer.expired)];
  };

  it.each([
    [5, ['', 'd'], ['', 'd']],
    [4, ['', 'd'], ['', 'd']],
    [3, 'full', ['a', 'd']],
    [2, 'full', ['a b', 'd']],
    [1, 'full', ['a b c', 'd']],
    [undefined, ['', ''], ['', '']],
  ])('with three live and one expired session and a limit of %p', (limit, rejecting, evicting) => {
    expect(room(limit, 'reject')).toEqual(rejecting);
    expect(room(limit, 'evict-oldest')).toEqual(evicting);
  });

  it('asks for nothing when there is no limit', () => {
    const others = (): never => {
      throw new Error('Nobody needs to know.');
    };
    expect(roomFor({ principal: 'ada', whenFull: 'reject' }, others, NOW)).toMatchObject({ evicted: [] });
  });
});

describe('oldestFirst', () => {
  it('keeps the order of those that logged in at the same instant', () => {
    expect(names(oldestFirst([session('x', 2), session('y', 1), session('z', 1)]))).toBe('y z x');
  });

  it('puts a record that cannot be read in front', () => {
    expect(names(oldestFirst([session('x', 1), { id: 'torn', text: '', deadline: NOW }]))).toBe('torn x');
  });
});

import { describe, expect, it } from '@jest/globals';
import { thrownBy } from '../../../support/thrown-by.js';
import { readFormerRow } from '../../../../lib/http/migrate-from/former-row.js';
import { DEFAULT_POLICY } from '../../../../lib/session/policy.js';

const NOW = Date.UTC(2030, 0, 1);
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const read = (row: unknown) => readFormerRow(row, NOW, DEFAULT_POLICY.limits);

describe('readFormerRow()', () => {
  it('takes the values, as express-session itself would have stored them, and neither the cookie nor notes of a store', () => {
    const row = { cookie: {}, __lastAccess: 1, user: 0, since: new Date(NOW), gone: undefined, list: [null] };
    expect(read(row)).toEqual({
      segments: new Map([
        ['user', '0'],
        ['since', JSON.stringify(at(0))],
        ['list', '[null]'],
      ]),
      persistent: false,
    });
  });

  it.each([
    [-1, false],
    [0, false],
    [1, true],
  ])('accepts a row that dies %i ms from now: %p', (ms, accepted) => {
    for (const expires of [at(ms), new Date(NOW + ms)])
      expect(read({ cookie: { expires }, user: 1 }) !== undefined).toBe(accepted);
  });

  it.each([undefined, null, false, 'soon'])('accepts a row without a date: %p', (expires) => {
    expect(read({ cookie: { expires }, user: 1 })).toBeDefined();
  });

  it('knows a cookie that was to outlive the browser', () => {
    expect(read({ cookie: { originalMaxAge: 1000, expires: at(1) } })?.persistent).toBe(true);
    expect(read({ cookie: { originalMaxAge: null } })?.persistent).toBe(false);
  });

  it.each([[undefined], [null], ['text'], [7], [[1]], [() => 1]])('takes %p for no row', (row) => {
    expect(read(row)).toBeUndefined();
  });

  it('takes what cannot be written as JSON for no row', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(read(cycle)).toBeUndefined();
    expect(read({ big: 1n })).toBeUndefined();
  });

  it('refuses what is nested too deeply for a session', () => {
    const deep = Array.from({ length: 40 }).reduce<unknown>((below) => [below], 1);
    expect(thrownBy(() => read({ deep }))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { newMeta } from '../../../lib/record/meta.js';
import { loginChange, type LoginGround, principalName } from '../../../lib/session/login.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { thrownBy } from '../../support/thrown-by.js';

const HOUR_MS = 3_600_000;
const NOW = 5_000_000;
const META = newMeta({ digest: 'd'.repeat(43), now: 1000, idleTimeout: 60_000, absoluteTimeout: HOUR_MS });

const ground = (parts: Partial<LoginGround> = {}): LoginGround => ({
  policy: DEFAULT_POLICY,
  now: NOW,
  device: undefined,
  ...parts,
});

describe('the name of a principal', () => {
  it.each([
    ['ada', 'ada'],
    [' ada ', ' ada '],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['🦋', '🦋'],
    [7, '7'],
    [-7, '-7'],
    [0, '0'],
  ])('of %p is %p', (principal, name) => {
    expect(principalName(principal)).toBe(name);
  });

  it.each([
    ['', 'a text of 0 characters'],
    ['x'.repeat(256), 'a text of 256 characters'],
    ['ada\ud83e', 'a text with half a character in it'],
    [null, 'null'],
    [undefined, 'a undefined'],
    [1.5, 'a number'],
    [NaN, 'a number'],
    [2 ** 53, 'a number'],
    [true, 'a boolean'],
    [{ $gt: '' }, 'a object'],
    [['ada'], 'a object'],
  ])('is refused for %p, by its kind: %s', (principal, kind) => {
    const error = thrownBy(() => principalName(principal));
    expect(error).toMatchObject({ code: 'BAD_PRINCIPAL', message: expect.stringContaining(kind) });
    expect(String(error)).not.toContain('x'.repeat(3));
  });
});

describe('a login', () => {
  it('keeps nothing, and is counted by the policy, unless it says otherwise', () => {
    const { keep, admission } = loginChange('ada', {}, ground());
    expect(keep).toEqual([]);
    expect(admission).toEqual({ principal: 'ada', whenFull: 'evict-oldest' });
    const principals = { ...DEFAULT_POLICY.principals, limit: 3, whenFull: 'reject' as const };
    const limited = loginChange(
      'ada',
      { keep: 'all' },
      ground({ policy: { ...DEFAULT_POLICY, principals } }),
    );
    expect(limited).toMatchObject({ keep: 'all', admission: { limit: 3, whenFull: 'reject' } });
  });

  it('writes down who, when, how and until when, and nothing of its token', () => {
    const meta = loginChange(7, { amr: ['pwd'] }, ground()).change(META);
    expect(meta).toEqual({
      ...META,
      principal: '7',
      login: { authenticatedAt: NOW, amr: ['pwd'], device: null },
      absoluteAt: NOW + DEFAULT_POLICY.absoluteTimeout,
    });
  });

  it.each([[[1]], [['pwd', null]], [[{}]], [[undefined]]])('refuses methods that are no texts: %j', (amr) => {
    const error = thrownBy(() => loginChange('ada', { amr: amr as never }, ground()));
    expect(error).toMatchObject({ code: 'ILLEGAL_VALUE', message: expect.stringContaining('"amr"') });
  });

  it('forgets what an earlier login said of timeouts and of the cookie', () => {
    const before = { ...META, overrides: { idleTimeout: 1000, persistent: true } };
    expect(loginChange('ada', {}, ground()).change(before).overrides).toEqual({
      idleTimeout: null,
      persistent: null,
    });
  });

  it('takes timeouts and a cookie of its own', () => {
    const options = { timeouts: { idle: '5m', absolute: '1h' }, persistent: false } as const;
    const { overrides, absoluteAt } = loginChange('ada', options, ground()).change(META);
    expect(overrides).toEqual({ idleTimeout: 300_000, persistent: false });
    expect(absoluteAt).toBe(NOW + HOUR_MS);
  });

  it('may run more than once, on newer records, with one outcome for its own part', () => {
    const { change } = loginChange('ada', { amr: ['pwd'] }, ground());
    const [one, two] = [change(META), change({ ...META, version: 9 })];
    expect(two).toEqual({ ...one, version: 9 });
  });

  it('keeps the sign-on elsewhere that it came from until another principal logs in, or another sign-on does', () => {
    const login = (user: string, sid?: string) =>
      loginChange(user, sid === undefined ? {} : { sid }, ground());
    const first = login('ada', 'first').change(META);
    expect(first.login).toEqual({ authenticatedAt: NOW, amr: [], device: null, sid: 'first' });
    expect(login('ada').change(first).login?.sid).toBe('first');
    expect(login('ada', 'second').change(first).login?.sid).toBe('second');
    expect(login('bob').change(first).login).toEqual({ authenticatedAt: NOW, amr: [], device: null });
  });

  it.each(['', 'x'.repeat(256), 7, null, ['sid']])('refuses a sign-on that cannot be one: %j', (sid) => {
    const error = thrownBy(() => loginChange('ada', { sid: sid as never }, ground()));
    expect(error).toMatchObject({ code: 'ILLEGAL_VALUE', message: expect.stringContaining('"sid"') });
    expect(String(error)).not.toContain('x'.repeat(3));
  });

  it('does not hold on to what it was given', () => {
    const amr = ['pwd'];
    const { change } = loginChange('ada', { amr }, ground());
    amr.push('otp');
    expect(change(META).login?.amr).toEqual(['pwd']);
  });

  it.each([
    [undefined, undefined, null],
    ['phone', undefined, { name: 'phone', userAgent: null, addressPrefix: null }],
    [
      undefined,
      { userAgent: 'Firefox', addressPrefix: null },
      { name: null, userAgent: 'Firefox', addressPrefix: null },
    ],
    ['x'.repeat(500), undefined, { name: 'x'.repeat(128), userAgent: null, addressPrefix: null }],
  ])('keeps of its device what it is told: %p, %p', (name, device, kept) => {
    const options = name === undefined ? {} : { device: name };
    expect(loginChange('ada', options, ground({ device })).change(META).login?.device).toEqual(kept);
  });
});

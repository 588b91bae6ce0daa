import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../../../lib/credentials/token.js';
import { newMeta, type RecordMeta } from '../../../lib/record/meta.js';
import { counted, loggedIn, regenerated, rotated, seen } from '../../../lib/record/transitions.js';
import { shortDigest } from '../../../lib/record/verify.js';

const digest = (name: string): string => digestOf(name.padEnd(16, '.'));

const BEGAN = 1000;
const META = newMeta({ digest: digest('first'), now: BEGAN, idleTimeout: 60, absoluteTimeout: 600 });
const GRACE = 10;

const rotate = (meta: RecordMeta, name: string, at: number): RecordMeta =>
  rotated(meta, { digest: digest(name), at, grace: GRACE });

const confirm = (meta: RecordMeta, at: number): RecordMeta =>
  seen(meta, { at, idleTimeout: 60, presented: meta.digest });

describe('a session that is seen', () => {
  it('was seen then, and never earlier than it was (law T2)', () => {
    expect(seen(META, { at: 1500, idleTimeout: 60 })).toEqual({ ...META, seenAt: 1500 });
    expect(seen(META, { at: 900, idleTimeout: 60 })).toEqual(META);
  });

  it('takes the idle timeout of today, unless it has one of its own', () => {
    expect(seen(META, { at: BEGAN, idleTimeout: 90 }).idleTimeout).toBe(90);
    const own = { ...META, overrides: { ...META.overrides, idleTimeout: 20 } };
    expect(seen(own, { at: BEGAN, idleTimeout: 90 }).idleTimeout).toBe(20);
  });

  it('confirms a rotation by the new token alone', () => {
    const meta = rotate(META, 'second', 1100);
    for (const presented of [{}, { presented: digest('first') }, { presented: '' }]) {
      expect(seen(meta, { at: 1101, idleTimeout: 60, ...presented }).rotation.confirmed).toBe(false);
    }
    expect(confirm(meta, 1101).rotation).toEqual({ ...meta.rotation, confirmed: true });
  });
});

describe('a commit of data', () => {
  it('counts, and changes nothing else (laws C6, C7)', () => {
    expect(counted(META)).toEqual({ ...META, version: META.version + 1 });
  });
});

describe('a regenerated token', () => {
  it('is all that the session is known by, in a new epoch (law R1)', () => {
    const meta = confirm(rotate(META, 'second', 1100), 1101);
    expect(regenerated(meta, digest('third'), 1200)).toEqual({
      ...meta,
      digest: digest('third'),
      previousDigest: null,
      graceUntil: 0,
      epoch: META.epoch + 1,
      rotation: { issuedAt: 1200, confirmed: true, retired: [] },
    });
  });
});

describe('a rotated token', () => {
  it('leaves the one before alive for its grace, and privilege and deadlines as they are (laws R2, R4)', () => {
    expect(rotate(META, 'second', 1100)).toEqual({
      ...META,
      digest: digest('second'),
      previousDigest: digest('first'),
      graceUntil: 1100 + GRACE,
      rotation: { issuedAt: 1100, confirmed: false, retired: [] },
    });
  });

  it('retires the one before the one before, once that is out of use', () => {
    const meta = rotate(confirm(rotate(META, 'second', 1100), 1101), 'third', 1200);
    expect(meta.previousDigest).toBe(digest('second'));
    expect(meta.rotation.retired).toEqual([shortDigest(digest('first'))]);
  });

  it('that nobody ever presented is forgotten, and the one before stays the one before', () => {
    const meta = rotate(rotate(META, 'lost', 1100), 'third', 1200);
    expect(meta.previousDigest).toBe(digest('first'));
    expect(meta.rotation.retired).toEqual([]);
  });

  it('is forgotten while its grace runs: who comes with it may only be late', () => {
    const second = confirm(rotate(META, 'second', 1100), 1101);
    const retired = [1099, 1100].map((at) => rotate(second, 'third', at + GRACE).rotation.retired);
    expect(retired).toEqual([[], [shortDigest(digest('first'))]]);
  });

  it.each([
    [GRACE - 1, 0],
    [GRACE, 1],
  ])('retires none whose grace still runs, %p ms into it: who comes with it may be late', (ms, retired) => {
    const meta = rotate(confirm(rotate(META, 'second', 1100), 1100), 'third', 1100 + ms);
    expect(meta.rotation.retired).toHaveLength(retired);
  });

  it('is known again for eight rotations, and not for ever', () => {
    let meta = META;
    for (let turn = 0; turn < 12; turn++) {
      const at = 1100 + turn * GRACE;
      meta = confirm(rotate(meta, `token ${turn}`, at), at);
    }
    expect(meta.rotation.retired).toHaveLength(8);
    expect(meta.rotation.retired.at(-1)).toBe(shortDigest(digest('token 9')));
  });
});

describe('a login', () => {
  it('says whose session it is and until when, and touches no token', () => {
    const login = {
      principal: 'ada',
      facts: { authenticatedAt: 1300, amr: ['pwd'], device: null },
      absoluteAt: 1900,
      overrides: { idleTimeout: null, persistent: true },
    };
    const { principal, facts, absoluteAt, overrides } = login;
    expect(loggedIn(META, login)).toEqual({ ...META, principal, login: facts, absoluteAt, overrides });
  });
});

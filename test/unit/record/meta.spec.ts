import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newMeta, type RecordMeta } from '../../../lib/record/meta.js';
import { decodeMeta, encodeMeta, RECORD_FORMAT } from '../../../lib/record/meta-text.js';

const START = { digest: 'd'.repeat(43), now: 1000, idleTimeout: 60, absoluteTimeout: 600 };

const anyInstant = fc.maxSafeNat();

const anyMeta: fc.Arbitrary<RecordMeta> = fc.record(
  {
    schemaVersion: anyInstant,
    digest: fc.constant(START.digest),
    previousDigest: fc.option(fc.string()),
    graceUntil: anyInstant,
    epoch: anyInstant,
    version: anyInstant,
    createdAt: anyInstant,
    seenAt: anyInstant,
    absoluteAt: anyInstant,
    idleTimeout: anyInstant,
    principal: fc.option(fc.string({ unit: 'binary' })),
    rotation: fc.record({ issuedAt: anyInstant, confirmed: fc.boolean(), retired: fc.array(fc.string()) }),
    login: fc.option(
      fc.record(
        {
          authenticatedAt: anyInstant,
          amr: fc.array(fc.string()),
          device: fc.option(
            fc.record({
              name: fc.option(fc.string({ unit: 'binary' })),
              userAgent: fc.option(fc.string()),
              addressPrefix: fc.option(fc.string()),
            }),
          ),
          sid: fc.string({ unit: 'binary' }),
        },
        { requiredKeys: ['authenticatedAt', 'amr', 'device'] },
      ),
    ),
    overrides: fc.record({ idleTimeout: fc.option(anyInstant), persistent: fc.option(fc.boolean()) }),
  },
  {
    requiredKeys: [
      'digest',
      'previousDigest',
      'graceUntil',
      'epoch',
      'version',
      'createdAt',
      'seenAt',
      'absoluteAt',
      'idleTimeout',
      'principal',
      'rotation',
      'login',
      'overrides',
    ],
  },
);

/** The line of a new record, changed in one place of its tuple. */
function lineWith(place: number, value: unknown): string {
  const tuple = JSON.parse(encodeMeta(newMeta(START))) as unknown[];
  tuple[place] = value;
  return JSON.stringify(tuple);
}

describe('the meta of a record', () => {
  it('comes back as it was written, on one line', () => {
    fc.assert(
      fc.property(anyMeta, (meta) => {
        expect(encodeMeta(meta)).not.toContain('\n');
        expect(decodeMeta(encodeMeta(meta))).toEqual(meta);
      }),
    );
  });

  it('costs nothing for what an anonymous session does not have', () => {
    expect(JSON.parse(encodeMeta(newMeta(START)))).toHaveLength(11);
  });

  it('costs nothing for a sign-on elsewhere that a login does not have', () => {
    const login = { authenticatedAt: 1000, amr: [], device: null };
    const tuple = JSON.parse(encodeMeta({ ...newMeta(START), login })) as unknown[];
    expect(tuple[11]).toEqual([1000, true, [], [1000, [], null], null, null]);
  });

  it('begins with nobody, no past and both deadlines ahead', () => {
    expect(newMeta(START)).toEqual({
      digest: START.digest,
      previousDigest: null,
      graceUntil: 0,
      epoch: 0,
      version: 0,
      createdAt: 1000,
      seenAt: 1000,
      absoluteAt: 1600,
      idleTimeout: 60,
      principal: null,
      rotation: { issuedAt: 1000, confirmed: true, retired: [] },
      login: null,
      overrides: { idleTimeout: null, persistent: null },
    });
  });

  it.each([
    ['no JSON', '['],
    ['no tuple', '{}'],
    ['nothing', 'null'],
    ['too short', '[1]'],
    ['of an earlier format', lineWith(0, RECORD_FORMAT - 1)],
    ['of a later format', lineWith(0, RECORD_FORMAT + 1)],
    ['too long', lineWith(11, 0)],
    ['with a digest of another length', lineWith(1, 'd')],
    ['with no digest', lineWith(1, null)],
    ['with a previous digest that is none', lineWith(2, 7)],
    ['with a version that is no number', lineWith(5, '1')],
    ['with half a millisecond', lineWith(7, 0.5)],
    ['with an instant that is no number', lineWith(8, null)],
    ['with a principal that is none', lineWith(10, 7)],
    ['with a login that is none', lineWith(11, [1, true, [], 7, null, null])],
    ['with a sign-on elsewhere that is none', lineWith(11, [1, true, [], [1, [], null, null], null, null])],
    ['with a login that goes on', lineWith(11, [1, true, [], [1, [], null, 'sid', 0], null, null])],
    ['with more after its end', lineWith(12, 0)],
  ])('is absent when it is %s', (_, line) => {
    expect(decodeMeta(line)).toBeUndefined();
  });
});

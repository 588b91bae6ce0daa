import { describe, expect, it } from '@jest/globals';
import { newSessionId } from '../../../../lib/credentials/token.js';
import { Keyspace, ownerOf } from '../../../../lib/providers/redis/keyspace.js';

const keys = new Keyspace('shop:');
const tagOf = (key: string): string | undefined => /\{(.+?)\}/.exec(key)?.[1];

describe('the keys of Redis', () => {
  it('have a record and its epoch in one slot, and the whole id to be found by', () => {
    const [record, epoch] = keys.recordOf('x9Kp0123456789abcdefgh');
    expect([record, epoch]).toEqual(['shop:{x9}:x9Kp0123456789abcdefgh', 'shop:{x9}']);
    expect(tagOf(record)).toBe(tagOf(epoch));
  });

  it('have an epoch for every id that there can be', () => {
    const epochs = new Set(keys.epochs);
    expect(epochs.size).toBe(4096);
    for (let count = 0; count < 1000; count++) expect(epochs).toContain(keys.recordOf(newSessionId())[1]);
  });

  it('name no principal, and no two alike', () => {
    const owners = ['ada', 'Ada', 'ada ', ''].map(ownerOf);
    expect(new Set(owners).size).toBe(4);
    for (const owner of owners) {
      expect(owner).toMatch(/^[\w-]{16}$/);
      expect(tagOf(keys.indexOf(owner))).toBe(owner);
    }
  });
});

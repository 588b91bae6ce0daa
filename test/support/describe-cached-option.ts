import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../../lib/errors/configuration.js';
import { InMemorySessionProvider } from '../../lib/index.js';
import { thrownBy } from './thrown-by.js';

const MEBIBYTE = 1024 * 1024;

/** What `cached` may be, in the provider whose options are read. */
export function describeCachedOption(read: (cached: unknown) => unknown): void {
  describe('may switch a near-cache on', () => {
    it('with limits of its own or without', () => {
      expect(read(false)).toBe(false);
      expect(read(true)).toEqual({ max: 10_000, size: 32 * MEBIBYTE });
      expect(read({ max: 5 })).toEqual({ max: 5, size: 32 * MEBIBYTE });
      expect(read({ max: 1_000_000, size: '2MiB' })).toEqual({ max: 1_000_000, size: 2 * MEBIBYTE });
    });

    it.each(['yes', 1, { max: 0 }, { max: 1_000_001 }, { size: '1KiB' }, { ttl: 5 }, [], { max: '5' }])(
      'and not by %j',
      (cached) => {
        expect(problemsOf(thrownBy(() => read(cached)))).toEqual([
          expect.objectContaining({
            key: 'session.config.cached',
            wanted: 'true, false, or a map of max (1 to 1000000 sessions) and size (64KiB or more)',
            fix: 'write cached: true',
          }),
        ]);
      },
    );

    it('where there is a way to it, which memory is not', () => {
      const error = thrownBy(() => new InMemorySessionProvider({ cached: true }));
      expect(String(error)).toContain('session.config.cached is no option of InMemorySessionProvider');
    });
  });
}

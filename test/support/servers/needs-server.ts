import { describe, expect, it } from '@jest/globals';

/**
 * Defines the tests of something that needs a server. Where the server cannot be had there is one test instead, which says so loudly
 * and fails when REQUIRE_SERVERS is 1.
 */
export function describeWith<Found>(
  subject: string,
  server: { readonly name: string; readonly found: Found | undefined },
  define: (found: Found) => void,
): void {
  const { name, found } = server;
  // oxlint-disable-next-line jest/valid-title -- every caller gives a string
  describe(subject, () => {
    if (found !== undefined) {
      define(found);
      return;
    }
    it(`runs only with ${name}, which cannot be had here`, () => {
      process.stderr.write(
        `\nNOT TESTED: ${subject}. There is no ${name} on this machine and no way to get it.\n`,
      );
      expect(process.env['REQUIRE_SERVERS']).not.toBe('1');
    });
  });
}

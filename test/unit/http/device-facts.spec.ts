import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deviceFacts, networkOf } from '../../../lib/http/device-facts.js';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['0.0.0.0', '0.0.0.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['::FFFF:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:DB8:1:2::6', '2001:db8:1::/48'],
    ['2001:db8::6', '2001:db8:0::/48'],
    ['::1', null],
    ['::', null],
    ['::ffff:a01:203', null],
    ['1::', '1:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['unknown', null],
    ['', null],
    ['192.0.2', null],
    ['192.0.2.77:443', null],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('never tells the end of any address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(networkOf(address)).toBe(`${address.split('.').slice(0, 3).join('.')}.0/24`);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(networkOf(address) ?? '').toMatch(/^(?:([0-9a-f]{1,4}:){3}:\/48|\d+\.\d+\.\d+\.0\/24|)$/);
      }),
    );
  });
});

describe('what is kept of a device', () => {
  it('is null where the request says nothing', () => {
    expect(deviceFacts(undefined, undefined)).toEqual({ userAgent: null, addressPrefix: null });
  });

  it('is 256 characters of its browser at most', () => {
    expect(deviceFacts('x'.repeat(300), '192.0.2.77')).toEqual({
      userAgent: 'x'.repeat(256),
      addressPrefix: '192.0.2.0/24',
    });
  });
});

import { isIPv4, isIPv6 } from 'node:net';
import type { DeviceFacts } from '../record/meta.js';

const MAX_USER_AGENT = 256;

/** What a request tells of its device, cut down to what its owner needs to recognise it. */
export const deviceFacts = (
  userAgent: string | undefined,
  address: string | undefined,
): Omit<DeviceFacts, 'name'> => ({
  userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
  addressPrefix: address === undefined ? null : networkOf(address),
});

/**
 * The first three numbers of an IPv4 address, the first three groups of an IPv6 one: a household or a company, not a person. `null`
 * for what is no address, or one inside a machine.
 */
export function networkOf(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  const network = isIPv6(plain) ? groupsOf(plain).slice(0, 3) : [];
  return network.some((group) => group !== '0') ? `${network.join(':')}::/48` : null;
}

/** The groups of an IPv6 address, those included that `::` stands for. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const missing = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after];
}

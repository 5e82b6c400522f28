import { isIPv6 } from 'node:net';

/**
 * What a client is counted by: its IPv4 address, or the first 64 bits of its IPv6 one (RFC 4291 §2.5.4). Whoever has one
 * IPv6 address has the other 2^64 of its network as well, and would have a new count for each.
 *
 * @param address - as a socket or a proxy writes it; what is no address is counted by itself
 * @example networkOf('2001:db8::7') // '2001:db8:0:0::/64'
 */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  return typeof groups === 'string' ? groups : `${groups.slice(0, 4).join(':')}::/64`;
}

/** The /48 that an IPv6 address belongs to: one customer can have all 65,536 networks of it. None for IPv4. */
export function siteOf(address: string): string | undefined {
  const groups = groupsOf(address);
  return typeof groups === 'string' ? undefined : `${groups.slice(0, 3).join(':')}::/48`;
}

/** The groups of an IPv6 address without leading zeros; anything else as a string, a mapped IPv4 address unmapped. */
function groupsOf(address: string): readonly string[] | string {
  if (!isIPv6(address)) return address;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const parts = (part: string) => part.split(':').filter(Boolean);
  // An IPv4 address at the end stands for two groups, in the half that does not count.
  const behind = parts(tail ?? '').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
  const before = parts(head);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - behind.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...behind];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}

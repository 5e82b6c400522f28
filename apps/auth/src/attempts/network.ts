import { isIPv6 } from 'node:net';

/**
 * What attempts are counted for: an IPv4 address, or the first 64 bits of an IPv6 one. Whoever has one IPv6 address has
 * the other 2^64 of its network as well, and would have a fresh count for each.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groupsOf = (part: string) => part.split(':').filter(Boolean);
  // An IPv4 address at the end stands for two groups, in the half that does not count.
  const behind = groupsOf(tail ?? '').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
  const before = groupsOf(head);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - behind.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...behind];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

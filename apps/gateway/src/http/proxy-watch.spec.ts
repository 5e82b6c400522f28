import { ProxyWatch } from './proxy-watch.js';

/** What the watch says of requests from these addresses, in their order. */
function warningsFor(addresses: readonly string[], isForwarded = false): string[] {
  const watch = new ProxyWatch();
  return addresses.flatMap((address) => watch.look(address, isForwarded) ?? []);
}

const times = (count: number, address: string) => Array.from({ length: count }, () => address);

describe('a gateway without trusted proxies', () => {
  it.each(['10.0.0.5', '172.18.0.1', '192.168.1.1', '::ffff:172.18.0.1', 'fd00::1'])(
    'warns once when its first hundred requests all come from %s',
    (address) => {
      expect(warningsFor(times(99, address))).toEqual([]);
      expect(warningsFor(times(1_000, address))).toEqual([
        expect.stringContaining(`All requests come from ${address}`),
      ]);
    },
  );

  it('warns at the first request that a private address forwards', () => {
    expect(warningsFor(times(3, '10.0.0.5'), true)).toEqual([expect.stringContaining('10.0.0.5 forwards requests')]);
  });

  it('says what to set', () => {
    expect(warningsFor(['10.0.0.5'], true)[0]).toContain('TRUSTED_PROXIES');
  });

  it.each([
    ['from two private addresses', [...times(50, '10.0.0.5'), ...times(500, '10.0.0.6')]],
    ['from a public address', times(500, '203.0.113.9')],
    ['from this machine', [...times(500, '127.0.0.1'), ...times(500, '::1')]],
    ['from nowhere', times(500, '')],
    ['from a public and a private address', ['203.0.113.9', ...times(500, '10.0.0.5')]],
  ])('says nothing of requests %s', (_, addresses) => {
    expect(warningsFor(addresses)).toEqual([]);
  });

  it('looks no further after a hundred requests from public addresses', () => {
    const watch = new ProxyWatch();
    for (const address of times(100, '203.0.113.9')) watch.look(address, false);
    expect(watch.look('10.0.0.5', true)).toBeUndefined();
  });

  it('says nothing of a header that a stranger sends', () => {
    expect(warningsFor(times(500, '203.0.113.9'), true)).toEqual([]);
  });
});

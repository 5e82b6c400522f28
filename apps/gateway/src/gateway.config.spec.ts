import { GatewayConfig } from './gateway.config.js';

const { CORS_ORIGINS: origins, TRUSTED_PROXIES: proxies } = GatewayConfig.shape;

describe('CORS_ORIGINS', () => {
  it.each([
    ['', []],
    ['https://app.example', ['https://app.example']],
    ['https://app.example, https://www.example:8443', ['https://app.example', 'https://www.example:8443']],
  ])('accepts %j', (text, expected) => {
    expect(origins.parse(text)).toEqual(expected);
  });

  it.each([
    ['the origin of every sandboxed frame', 'null'],
    ['a wildcard', '*'],
    ['a wildcard host', 'https://*.example'],
    ['plain http', 'http://app.example'],
    ['a path', 'https://app.example/'],
    ['another spelling of an origin', 'https://APP.example'],
    ['a host alone', 'app.example'],
    ['one bad origin among good ones', 'https://app.example,null'],
  ])('refuses %s', (_, text) => {
    expect(() => origins.parse(text)).toThrow(/must be https origins/);
  });
});

describe('TRUSTED_PROXIES', () => {
  it.each([
    ['', []],
    ['10.0.0.5', ['10.0.0.5']],
    ['10.0.0.0/8, 172.16.0.0/12', ['10.0.0.0/8', '172.16.0.0/12']],
    ['fc00::/7,fd00::1,2001:db8::/32', ['fc00::/7', 'fd00::1', '2001:db8::/32']],
    ['::ffff:10.0.0.5', ['::ffff:10.0.0.5']],
  ])('accepts %j', (text, expected) => {
    expect(proxies.parse(text)).toEqual(expected);
  });

  it.each([
    ['everybody', '0.0.0.0/0'],
    ['everybody in IPv6', '::/0'],
    ['one half of everybody', '0.0.0.0/1'],
    ['every public IPv6 address', '2000::/3'],
    ['a network wider than the widest private one', '10.0.0.0/7'],
    ['an IPv6 network wider than the widest private one', 'fc00::/6'],
    ['all of IPv4 in IPv6 notation', '::ffff:0:0/96'],
    ['all of IPv4 in IPv6 notation, written out', '0:0:0:0:0:FFFF:0.0.0.0/96'],
    ['everybody among good ones', '10.0.0.5,0.0.0.0/0'],
    ['a prefix that is too long', '10.0.0.0/33'],
    ['an empty prefix', '10.0.0.0/'],
    ['two prefixes', '10.0.0.0/8/8'],
    ['a name', 'proxy.example'],
  ])('refuses %s', (_, text) => {
    expect(() => proxies.parse(text)).toThrow(/networks of your own proxies.+none wider than \/8/);
  });
});

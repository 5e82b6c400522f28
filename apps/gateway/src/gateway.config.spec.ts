import { GatewayConfig } from './gateway.config.js';

const origins = GatewayConfig.shape.CORS_ORIGINS;

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

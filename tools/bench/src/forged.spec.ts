import { localIssuer } from '@citadel/auth/testing';

import { forged } from './forged.js';

describe('a forged credential', () => {
  it('has other claims and the signature of the good token', () => {
    const good = localIssuer().tokenFor('orders');
    const [header, payload = '', signature] = forged(good).split('.');
    expect([header, signature]).toEqual([good.split('.')[0], good.split('.')[2]]);
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: 'orders',
      permissions: ['*'],
    });
  });

  it.each([
    ['another random string', 'a0b1c2', 'b0b1c2'],
    ['another value of a cookie', 'the.session=x9.signature', 'the.session=a9.signature'],
  ])('is %s', (_, good, expected) => {
    expect(forged(good)).toBe(expected);
  });
});

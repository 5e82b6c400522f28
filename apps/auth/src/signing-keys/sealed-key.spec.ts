import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';

import { nameOf, seal, unseal } from './sealed-key.js';

const sealingKey = randomBytes(32);
const secret = Buffer.from('a private key');

describe('a sealed key', () => {
  it('comes out as it went in, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, label) => {
        expect(unseal(seal(Buffer.from(bytes), sealingKey, label), sealingKey, label)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('shows nothing of what is inside, and never looks the same twice', () => {
    const one = seal(secret, sealingKey, 'kid');
    expect(Buffer.from(one).includes(secret)).toBe(false);
    expect(one).not.toEqual(seal(secret, sealingKey, 'kid'));
  });

  it('fails to open if any bit changes', () => {
    const sealed = seal(secret, sealingKey, 'kid');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => unseal(changed, sealingKey, 'kid')).toThrow();
    }
  });

  it.each([
    ['with another key', (sealed: Uint8Array) => unseal(sealed, randomBytes(32), 'kid')],
    ['as another row’s', (sealed: Uint8Array) => unseal(sealed, sealingKey, 'other-kid')],
    ['when its end is missing', (sealed: Uint8Array) => unseal(sealed.subarray(0, -1), sealingKey, 'kid')],
    ['when its tag is cut short', (sealed: Uint8Array) => unseal(sealed.subarray(0, 20), sealingKey, 'kid')],
    ['when nothing is left of it', () => unseal(new Uint8Array(), sealingKey, 'kid')],
  ])('does not open %s', (_, open) => {
    expect(() => open(seal(secret, sealingKey, 'kid'))).toThrow();
  });

  it('names the key that seals it, without telling it', () => {
    expect(nameOf(sealingKey)).toMatch(/^[0-9a-f]{16}$/);
    expect(nameOf(sealingKey)).not.toBe(nameOf(randomBytes(32)));
    expect(sealingKey.toString('hex')).not.toContain(nameOf(sealingKey));
  });
});

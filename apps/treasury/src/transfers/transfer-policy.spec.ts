import { testPrincipal } from '@citadel/auth/testing';

import { verdictOn, verdictOnDraw } from './transfer-policy.js';

const owner = testPrincipal({ permissions: ['treasury:transfers:create'] });
const treasurer = testPrincipal({ permissions: ['treasury:*'] });
const teller = testPrincipal({ permissions: ['treasury:accounts:*', 'treasury:transfers:*'] });

const account = (id: string, ownerId: string, currency = 'EUR') => ({
  id,
  ownerId,
  kind: 'customer' as const,
  currency,
});
const vault = { id: 'vault', ownerId: null, kind: 'vault' as const, currency: 'EUR' };
const own = account('own', owner.id);
const savings = account('savings', owner.id);
const francs = account('francs', owner.id, 'CHF');
const other = account('other', teller.id);

describe('a transfer', () => {
  it.each([
    ['from one’s own account to another of one’s own', own, savings, owner],
    ['from one’s own account to anybody’s', own, other, owner],
    ['from one’s own account to the vault, by who may draw on it', account('t', treasurer.id), vault, treasurer],
  ])('is allowed %s', (_, from, to, user) => {
    expect(verdictOn(from, to, user)).toEqual({ currency: 'EUR' });
  });

  it.each([
    ['from an account that is not there', 'account-not-found', undefined, own, owner],
    ['to an account that is not there', 'account-not-found', own, undefined, owner],
    ['from somebody else’s account', 'account-not-found', other, own, owner],
    ['from somebody else’s account, by a teller who can see it', 'account-not-found', own, other, teller],
    ['from somebody else’s account, by who may draw on the vault', 'account-not-found', own, vault, treasurer],
    ['from the vault, by who may draw on it', 'account-not-found', vault, other, treasurer],
    ['to the vault, by who may not', 'account-not-found', own, vault, owner],
    ['to the account it comes from', 'same-account', own, own, owner],
    ['from somebody else’s account to itself', 'account-not-found', other, other, owner],
    ['to another currency', 'currency-mismatch', own, francs, owner],
  ])('is refused %s: %s', (_, code, from, to, user) => {
    expect(verdictOn(from, to, user)).toEqual({ refusal: code });
  });
});

describe('a draw from the vault', () => {
  it('is allowed to another user’s account, in its currency', () => {
    expect(verdictOnDraw(francs, treasurer)).toEqual({ currency: 'CHF' });
  });

  it.each([
    ['an account that is not there', 'account-not-found', undefined],
    ['a vault', 'account-not-found', vault],
    ['an account of one’s own', 'self-issue', account('t', treasurer.id)],
  ])('is refused to %s: %s', (_, code, to) => {
    expect(verdictOnDraw(to, treasurer)).toEqual({ refusal: code });
  });
});

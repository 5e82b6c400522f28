import { testPrincipal } from '../testing/index.js';
import { isOwner, isSecondPerson } from './policies.js';

const user = testPrincipal({ id: '6f1c' });

describe('ownership', () => {
  it('belongs to the user that the resource names', () => {
    expect(isOwner(user, { ownerId: '6f1c' })).toBe(true);
  });

  it.each([['7a2d'], ['6F1C'], ['6f1c '], [''], [null], [undefined]])('is not of a stranger: %j', (ownerId) => {
    expect(isOwner(user, { ownerId })).toBe(false);
  });

  it('cannot be had by a role', () => {
    expect(isOwner(testPrincipal({ roles: ['sovereign'], permissions: ['*'] }), { ownerId: '6f1c' })).toBe(false);
  });
});

describe('four eyes', () => {
  it('are two people', () => {
    expect(isSecondPerson(user, '7a2d')).toBe(true);
  });

  it('are not one person twice', () => {
    expect(isSecondPerson(user, '6f1c')).toBe(false);
  });

  it.each([[''], [null], [undefined]])('do not exist where the first is unknown: %j', (first) => {
    expect(isSecondPerson(user, first)).toBe(false);
  });
});

import { requireRolesFitToken } from './roles-fit-token.js';

const named = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, 'x'));

describe('the room for roles in a token', () => {
  it.each([
    [0, 0],
    [16, 64],
    [20, 64],
    [100, 10],
  ])('is enough for %i roles of %i letters', (count, length) => {
    expect(() => requireRolesFitToken(named(count, length))).not.toThrow();
  });

  it.each([
    [21, 64],
    [256, 10],
  ])('is not enough for %i roles of %i letters', async (count, length) => {
    await expect(async () => requireRolesFitToken(named(count, length))).rejects.toMatchObject({
      code: 'too-many-roles',
    });
  });
});

import { type AuthForTest, authForTest } from '../testing/auth.js';
import { TokensService } from './tokens.service.js';

let auth: AuthForTest;
beforeAll(async () => (auth = await authForTest()), 60_000);
afterAll(() => auth?.close());

const ADDRESS = '192.0.2.9';
const revoke = (token: string) => auth.get(TokensService).revokePresented(token, ADDRESS);

it('a refresh token that is revoked again and again is recorded once', async () => {
  const { id, email } = await auth.user();
  const { access_token, refresh_token } = await auth.logIn(email);
  for (let i = 0; i < 5; i++) await expect(revoke(refresh_token)).resolves.toEqual({});
  expect(await auth.accepts(access_token)).toBe(false);
  const told = { where: { type: 'token-revoked', subject: id } };
  expect(await auth.prisma.event.findMany(told)).toMatchObject([{ actor: id, address: ADDRESS, outcome: 'success' }]);
});

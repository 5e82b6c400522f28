import until from 'p-wait-for';
import { type AuthForTest, authForTest, client } from '../testing/auth.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TokensService } from '../token-endpoints/tokens.service.js';
import { afterRestore } from './after-restore.js';
import { RevocationsService } from './revocations.service.js';

let auth: AuthForTest;
beforeAll(async () => (auth = await authForTest()), 60_000);
afterAll(() => auth?.close());

it('lets a restored database issue good tokens at once, and none of what it had forgotten to end', async () => {
  const [user, warden] = [await auth.user(), await auth.user(['warden'])];
  const { actor } = await auth.logIn(warden.email);
  // As of the backup.
  const login = await auth.logIn(user.email);
  const { generation } = await auth.prisma.user.findUniqueOrThrow({ where: { id: user.id } });
  for (let time = 0; time < 3; time++) await auth.get(TokensService).revokeUser(user.id, 'drill', actor);
  await auth.get(TokensService).revokeAll('drill', actor);
  await until(async () => !(await auth.accepts(login.access_token)));

  await auth.prisma.user.update({ where: { id: user.id }, data: { generation } });
  await auth.prisma.realm.update({ where: { id: 1 }, data: { generation: 0 } });
  await auth.prisma.revocation.deleteMany();
  await auth.prisma.session.updateMany({ where: { id: login.user.sessionId ?? '' }, data: { endedAt: null } });

  expect(await afterRestore(auth.prisma)).toBe(1);
  await auth.get(RevocationsService).reconcile();
  const again = await auth.logIn(user.email);
  expect(await auth.accepts(again.access_token)).toBe(true);
  expect(await auth.accepts(login.access_token)).toBe(false);
  await expect(auth.get(SessionsService).refresh(login.refresh_token, client)).rejects.toMatchObject({
    code: 'invalid-refresh-token',
  });
  expect(await auth.prisma.event.count({ where: { type: 'all-tokens-revoked' } })).toBe(2);
}, 60_000);

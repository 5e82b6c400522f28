import { authEvents } from '@citadel/contracts';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { toPublicEvent } from '../audit/audit-event.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type AuthForTest, authForTest, client, PASSWORD } from '../testing/auth.js';
import { UserDeletionService } from './user-deletion.service.js';

let auth: AuthForTest;
let sovereign: Awaited<ReturnType<AuthForTest['logIn']>>;
let warden: Awaited<ReturnType<AuthForTest['logIn']>>;
beforeAll(async () => {
  auth = await authForTest();
  Logger.overrideLogger(false);
  sovereign = await auth.logIn((await auth.user(['sovereign'])).email);
  warden = await auth.logIn((await auth.user(['warden'])).email);
}, 60_000);
afterAll(() => auth?.close());

const remove = (id: string, { successor, by = sovereign }: { successor?: string; by?: typeof sovereign } = {}) =>
  auth.get(UserDeletionService).delete({ id, successor }, by.actor);

describe('a user who is deleted', () => {
  it('is refused everywhere at once, with every token of every session, and leaves none of them behind', async () => {
    const { id, email } = await auth.user();
    const sessions = [await auth.logIn(email), await auth.logIn(email)];
    await remove(id);
    for (const { access_token: token, refresh_token: refresh = '' } of sessions) {
      await until(async () => !(await auth.accepts(token)));
      const renewed = auth.get(SessionsService).refresh(refresh, client);
      await expect(renewed).rejects.toMatchObject({ code: 'invalid-refresh-token' });
    }
    const left = await Promise.all([
      auth.prisma.user.count({ where: { id } }),
      auth.prisma.session.count({ where: { userId: id } }),
      auth.prisma.userRole.count({ where: { userId: id } }),
    ]);
    expect(left).toEqual([0, 0, 0]);
    await expect(auth.get(SessionsService).logIn({ email, password: PASSWORD }, client)).rejects.toMatchObject({
      code: 'invalid-credentials',
    });
  });

  it('is told of once, as the contract of the event says, and by no personal data but an id', async () => {
    const { id, email } = await auth.user();
    const successor = await auth.user();
    await remove(id, { successor: successor.id });
    const events = await auth.prisma.event.findMany({ where: { type: 'user-deleted', subject: id } });
    expect(events.map((event) => authEvents.userDeleted.message.parse(toPublicEvent(event)))).toEqual([
      { subject: id, actor: sovereign.user.id, detail: { successor: successor.id } },
    ]);
    const trail = await auth.prisma.event.findMany({ where: { subject: id } });
    expect(JSON.stringify(trail.map(toPublicEvent))).not.toContain(email);
  });

  it('cannot delete themselves, and is not deleted by an administrator who holds less', async () => {
    await expect(remove(warden.user.id, { by: warden })).rejects.toMatchObject({ code: 'self-change' });
    const treasurer = await auth.user(['treasurer']);
    await expect(remove(treasurer.id, { by: warden })).rejects.toMatchObject({ code: 'beyond-your-power' });
  });

  it('is deleted in the version that was seen, and once', async () => {
    const { id, version } = await auth.user();
    const stale = auth.get(UserDeletionService).delete({ id, version: version + 1 }, sovereign.actor);
    await expect(stale).rejects.toMatchObject({ code: 'version-conflict' });
    await remove(id);
    await expect(remove(id)).rejects.toMatchObject({ code: 'user-not-found' });
  });

  it('has a successor who exists, is enabled, and is neither they nor the administrator', async () => {
    const { id } = await auth.user();
    const disabled = await auth.user();
    await auth.prisma.user.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
    for (const successor of [id, disabled.id, sovereign.user.id, crypto.randomUUID()]) {
      await expect(remove(id, { successor })).rejects.toMatchObject({ code: 'unsuitable-successor' });
    }
    expect(await auth.prisma.user.count({ where: { id } })).toBe(1);
  });

  it('is gone when they log in at the same moment, with the session of that login', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, email } = await auth.user();
      const logins = Array.from({ length: 3 }, () => auth.logIn(email).catch(() => undefined));
      await remove(id);
      for (const login of await Promise.all(logins)) {
        if (login) await until(async () => !(await auth.accepts(login.access_token)));
      }
      expect(await auth.prisma.session.count({ where: { userId: id } })).toBe(0);
    }
  });
});

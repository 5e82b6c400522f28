import { testPrincipal } from '@citadel/auth/testing';
import until from 'p-wait-for';

import { RolesService } from './roles.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type AuthForTest, authForTest, client, PASSWORD, type Replica, sessionOf } from '../testing/auth.js';
import { pausedAfter, waitingFor } from '../testing/transactions.js';
import { openSession } from '../sessions/open-session.js';
import { POWER_LOCK } from './administration.service.js';
import { UsersAdministrationService } from './users-administration.service.js';

let auth: AuthForTest;
let other: Replica;
let users: UsersAdministrationService;
let sessions: SessionsService;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
  users = auth.get(UsersAdministrationService);
  sessions = auth.get(SessionsService);
}, 60_000);
afterAll(() => auth?.close());

const somebody = async (...roles: string[]) => {
  const { id, email } = await auth.user(roles);
  return { id, email, actor: { user: testPrincipal({ id }), client } };
};
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('fresh power', () => {
  it('revokes at once, everywhere, and grants with the next refresh of the same session', async () => {
    const sovereign = await somebody('sovereign');
    const teller = await somebody('teller');
    const before = await auth.logIn(teller.email);
    expect(await other.accepts(before.access_token)).toBe(true);

    await users.setRoles({ id: teller.id, roles: ['scribe'] }, sovereign.actor);
    await until(async () => !(await other.accepts(before.access_token)));

    const after = await sessions.refresh(before.refresh_token, client);
    expect(await other.accepts(after.access_token)).toBe(true);
    expect(claimsOf(after.access_token)).toMatchObject({
      sid: before.user.sessionId,
      roles: ['scribe'],
      permissions: ['archives:documents:file', 'archives:documents:read'],
    });
  });

  it('gives a new clearance with the next refresh, and refuses tokens with the old one', async () => {
    const sovereign = await somebody('sovereign');
    await auth.prisma.user.update({ where: { id: sovereign.id }, data: { clearance: 'sealed' } });
    const scribe = await somebody('scribe');
    const before = await auth.logIn(scribe.email);
    await users.setClearance({ id: scribe.id, clearance: 'secret' }, sovereign.actor);
    await until(async () => !(await other.accepts(before.access_token)));
    const after = await sessions.refresh(before.refresh_token, client);
    expect(claimsOf(after.access_token)).toMatchObject({ clearance: 'secret' });
  });

  it('reaches everybody who has a role, through whatever inherits it', async () => {
    const sovereign = await somebody('sovereign');
    const roles = auth.get(RolesService);
    const fields = { summary: 'For a test', permissions: ['treasury:vault:draw'], inherits: [] };
    await roles.create({ ...fields, name: 'minter' }, sovereign.actor);
    await roles.create({ ...fields, name: 'mint-master', permissions: [], inherits: ['minter'] }, sovereign.actor);
    const holder = await somebody('mint-master');
    const bystander = await somebody('citizen');
    const [held, unaffected] = [await auth.logIn(holder.email), await auth.logIn(bystander.email)];
    expect(held.user.permissions).toEqual(['treasury:vault:draw']);
    const { version } = await users.find(holder.id);

    await roles.change({ ...fields, name: 'minter', permissions: ['treasury:accounts:read'] }, sovereign.actor);
    await until(async () => !(await other.accepts(held.access_token)));
    const after = await sessions.refresh(held.refresh_token, client);
    expect(claimsOf(after.access_token)['permissions']).toEqual(['treasury:accounts:read']);
    expect(await other.accepts(unaffected.access_token)).toBe(true);
    // What the entity tag stands for has changed with the role.
    expect((await users.find(holder.id)).version).toBeGreaterThan(version);
  });

  it('refuses an action whose turn comes after the actor’s demotion, although its token was good when it was sent', async () => {
    const sovereign = await somebody('sovereign');
    const warden = await somebody('warden');
    const victim = await somebody();
    // Whoever has the lock decides whose turn is next.
    const before = await pausedAfter(
      auth.prisma,
      (transaction) => transaction.$executeRaw`
      SELECT pg_advisory_xact_lock(${POWER_LOCK})`,
    );
    const demotion = users.setRoles({ id: warden.id, roles: [] }, sovereign.actor);
    await until(async () => (await waitingFor(auth.prisma, 'advisory')) === 1);
    const queued = other.get(UsersAdministrationService).disable({ id: victim.id }, warden.actor);
    await until(async () => (await waitingFor(auth.prisma, 'advisory')) === 2);
    await before.goOn();
    await demotion;
    await expect(queued).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await users.find(victim.id)).toMatchObject({ isDisabled: false });
  });
});

describe('disabling a user', () => {
  it('ends their sessions for good, and refuses their login until they are enabled', async () => {
    const sovereign = await somebody('sovereign');
    const citizen = await somebody('citizen');
    const before = await auth.logIn(citizen.email);
    await users.disable({ id: citizen.id }, sovereign.actor);
    await until(async () => !(await other.accepts(before.access_token)));
    const refused = { code: 'invalid-credentials' };
    await expect(sessions.logIn({ email: citizen.email, password: PASSWORD }, client)).rejects.toMatchObject(refused);

    await users.enable({ id: citizen.id }, sovereign.actor);
    await expect(sessions.refresh(before.refresh_token, client)).rejects.toMatchObject({
      code: 'invalid-refresh-token',
    });
    expect(await other.accepts(before.access_token)).toBe(false);
    expect(await other.accepts((await auth.logIn(citizen.email)).access_token)).toBe(true);
  });

  it('waits for a login that is about to commit, and ends its session', async () => {
    const sovereign = await somebody('sovereign');
    const citizen = await auth.user(['citizen']);
    const login = await pausedAfter(auth.prisma, async (transaction) => {
      const event = { type: 'login', outcome: 'success' } as const;
      expect(await openSession(transaction, citizen, sessionOf(citizen.id), 'a token', event)).toBe(true);
    });
    const disabling = users.disable({ id: citizen.id }, sovereign.actor);
    await until(async () => (await waitingFor(auth.prisma, 'transactionid')) === 1);
    await login.goOn();
    await disabling;
    expect(await auth.prisma.session.count({ where: { userId: citizen.id, endedAt: null } })).toBe(0);
  });

  it('locks users and sessions in the order of a logout everywhere, so that neither waits for the other forever', async () => {
    const sovereign = await somebody('sovereign');
    const citizen = await somebody('citizen');
    const { id } = await auth.prisma.session.create({ data: sessionOf(citizen.id) });
    const refresh = await pausedAfter(
      auth.prisma,
      (transaction) => transaction.$queryRaw`
      SELECT 1 FROM sessions WHERE id = ${id}::uuid FOR UPDATE`,
    );
    const disabling = users.disable({ id: citizen.id }, sovereign.actor);
    await until(async () => (await waitingFor(auth.prisma, 'transactionid')) === 1);
    const logout = other.get(SessionsService).logOutEverywhere(citizen.actor);
    await until(async () => (await waitingFor(auth.prisma, 'transactionid')) === 2);
    await refresh.goOn();
    await Promise.all([disabling, logout]);
  });
});

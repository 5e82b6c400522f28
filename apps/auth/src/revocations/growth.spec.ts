import { randomUUID } from 'node:crypto';
import until from 'p-wait-for';

import { ALLOWANCES } from '../allowances/allowance.js';
import { PublicationService } from '../publication/publication.service.js';
import { PasswordsService } from '../sessions/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type AuthForTest, authForTest, client, PASSWORD } from '../testing/auth.js';
import { pausedAfter, waitingFor } from '../testing/transactions.js';
import { TokensService } from '../token-endpoints/tokens.service.js';
import { NAMED_PER_USER } from './owned-revocations.js';
import { RevocationsService } from './revocations.service.js';

type Login = Awaited<ReturnType<AuthForTest['logIn']>>;

let auth: AuthForTest;
beforeAll(async () => (auth = await authForTest()), 60_000);
afterAll(() => auth?.close());

const sessions = () => auth.get(SessionsService);
const tokens = () => auth.get(TokensService);
const refresh = ({ refresh_token: token }: { refresh_token: string }) => sessions().refresh(token, client);
const begin = async () => auth.logIn((await auth.user()).email);
const namedOf = ({ user }: Login) => auth.prisma.revocation.count({ where: { owner: user.id } });
const generationOf = ({ user }: Login) =>
  auth.prisma.user.findUniqueOrThrow({ where: { id: user.id } }).then(({ generation }) => generation);
const isRefused = (token: string) => until(async () => !(await auth.accepts(token)));
const inBucket = async () => (await auth.get(PublicationService).revocationBucket()).entries;
/** As after a quiet day. */
const rest = ({ user: { id, sessionId } }: Login) =>
  auth.prisma.allowance.deleteMany({
    where: { OR: [id, sessionId ?? id].map((of) => ({ key: { endsWith: of } })) },
  });

/** As after an hour in which a user has revoked as many tokens as may be named. */
async function fill({ user }: Login, length = NAMED_PER_USER): Promise<void> {
  const expiresAt = new Date(Date.now() + 60_000);
  const data = Array.from({ length }, () => ({ key: `token.${randomUUID()}`, owner: user.id, expiresAt }));
  await auth.prisma.revocation.createMany({ data });
}

/** What a stranger does in a loop: a new access token, and its revocation. @returns the tokens, oldest first */
async function refreshAndRevoke(login: Login, times: number): Promise<string[]> {
  const issued: string[] = [];
  let current: { refresh_token: string } = login;
  for (let turn = 0; turn < times; turn++) {
    const next = await refresh(current);
    issued.push(next.access_token);
    await tokens().revokePresented(next.access_token, client.address);
    current = next;
    await rest(login);
  }
  return issued;
}

describe('the revocations of one user', () => {
  it('are named until there are many, and are one entry from then on', async () => {
    const login = await begin();
    const before = await inBucket();
    const issued = await refreshAndRevoke(login, 2 * NAMED_PER_USER);
    for (const token of issued) await isRefused(token);
    expect(await namedOf(login)).toBe(NAMED_PER_USER);
    expect(await inBucket()).toBe(before + NAMED_PER_USER + 1);
    expect(await generationOf(login)).toBe(NAMED_PER_USER);
  }, 60_000);

  it('leave all sessions open, and other users alone', async () => {
    const { email } = await auth.user();
    const [login, other, stranger] = [await auth.logIn(email), await auth.logIn(email), await begin()];
    await fill(login);
    expect(await auth.accepts(other.access_token)).toBe(true);
    await tokens().revokePresented(login.access_token, client.address);
    // The other session's access token is too old now; its refresh token gets a good one.
    await isRefused(other.access_token);
    expect(await auth.accepts((await refresh(other)).access_token)).toBe(true);
    expect(await auth.accepts(stranger.access_token)).toBe(true);
  });

  it('are counted exactly when many come at once', async () => {
    const { email } = await auth.user();
    const first = await auth.logIn(email);
    const logins = [first];
    while (logins.length < 4) logins.push(await auth.logIn(email));
    await fill(first, NAMED_PER_USER - 2);
    // Each may count what is named, and none may add to it, until all of them have begun.
    const others = await pausedAfter(
      auth.prisma,
      (transaction) => transaction.$executeRaw`LOCK TABLE revocations IN SHARE MODE`,
    );
    const ended = Promise.all(logins.map(({ actor }) => sessions().logOut(actor)));
    await until(async () => (await waitingFor(auth.prisma, 'transactionid', 'tuple', 'relation')) === logins.length);
    await others.goOn();
    await ended;
    expect([await namedOf(first), await generationOf(first)]).toEqual([NAMED_PER_USER, 2]);
    for (const { access_token } of logins) await isRefused(access_token);
  });

  it('are one entry when a new password ends more sessions than may be named', async () => {
    const { email } = await auth.user();
    const [mine, ...others] = [await auth.logIn(email), await auth.logIn(email), await auth.logIn(email)];
    await fill(mine, NAMED_PER_USER - 1);
    const change = { currentPassword: PASSWORD, newPassword: 'another long passphrase' };
    await auth.get(PasswordsService).change(change, mine.actor);
    for (const { access_token } of others) await isRefused(access_token);
    expect([await namedOf(mine), await generationOf(mine)]).toEqual([NAMED_PER_USER - 1, 1]);
    expect(await auth.accepts((await refresh(mine)).access_token)).toBe(true);
  });

  it('do not refuse the token of a user who has just logged in again, however many they are', async () => {
    const login = await begin();
    await fill(login);
    const fresh = await auth.logIn((await auth.prisma.user.findUniqueOrThrow({ where: { id: login.user.id } })).email);
    const again = await sessions().reauthenticate({ password: PASSWORD }, fresh.actor);
    await isRefused(fresh.access_token);
    expect(await auth.accepts(again.access_token)).toBe(true);
  });

  it('may be named again when those before are forgotten', async () => {
    const login = await begin();
    await fill(login);
    await auth.prisma.revocation.updateMany({ where: { owner: login.user.id }, data: { expiresAt: new Date(0) } });
    await auth.get(RevocationsService).reconcile();
    await tokens().revokePresented(login.access_token, client.address);
    expect([await namedOf(login), await generationOf(login)]).toEqual([1, 0]);
  });
});

describe('a full bucket', () => {
  it('takes one entry for each user, and what they revoke is refused all the same', async () => {
    const login = await begin();
    const crowded = await auth.start({ REVOCATIONS_AT_MOST: 1 });
    await tokens().revokePresented((await begin()).access_token, client.address);
    await crowded.get(RevocationsService).reconcile();
    await crowded.get(TokensService).revokePresented(login.access_token, client.address);
    await isRefused(login.access_token);
    expect([await namedOf(login), await generationOf(login)]).toEqual([0, 1]);
  });
});

describe('a user who revokes in a loop', () => {
  const { atOnce, every } = ALLOWANCES.revocationOfUser;
  const slowed = { status: 429, code: 'too-many-requests', details: { retryAfter: every } };

  it('is slowed down, with whosever tokens, and adds no more to the trail', async () => {
    const login = await begin();
    const one = await refresh(login);
    await auth.prisma.allowance.create({
      data: { key: `revocationOfUser:${login.user.id}`, spentUntil: new Date(Date.now() + every * atOnce * 1000) },
    });
    const events = () => auth.prisma.event.count({ where: { subject: login.user.id } });
    const before = await events();
    for (const token of [one.access_token, one.refresh_token])
      await expect(tokens().revokePresented(token, client.address)).rejects.toMatchObject(slowed);
    expect(await events()).toBe(before);
    expect(await auth.accepts(one.access_token)).toBe(true);
    // Logging out is another matter: that works at any time.
    await sessions().logOut(login.actor);
    await isRefused(one.access_token);
  });

  it('is slowed down as an administrator, too', async () => {
    const { actor } = await auth.logIn((await auth.user(['warden'])).email);
    const { atOnce: orders, every: step } = ALLOWANCES.orderOfAdministrator;
    const spentUntil = new Date(Date.now() + orders * step * 1000);
    await auth.prisma.allowance.create({ data: { key: `orderOfAdministrator:${actor.user.id}`, spentUntil } });
    await expect(tokens().revokeNamed({ jti: randomUUID() }, actor)).rejects.toMatchObject({
      code: 'too-many-requests',
      details: { retryAfter: step },
    });
  });
});

describe('a user who logs in and out in a loop', () => {
  it('is slowed down, as is a user who changes their password in a loop', async () => {
    const { email, id } = await auth.user();
    const { actor } = await auth.logIn(email);
    const { atOnce, every } = ALLOWANCES.loginOfUser;
    const data = { spentUntil: new Date(Date.now() + atOnce * every * 1000) };
    await auth.prisma.allowance.update({ where: { key: `loginOfUser:${id}` }, data });
    const slowed = { code: 'too-many-requests', details: { retryAfter: every } };
    await expect(auth.logIn(email)).rejects.toMatchObject(slowed);
    await expect(sessions().reauthenticate({ password: PASSWORD }, actor)).rejects.toMatchObject(slowed);
    const change = { currentPassword: PASSWORD, newPassword: 'another long passphrase' };
    await expect(auth.get(PasswordsService).change(change, actor)).rejects.toMatchObject(slowed);
    expect(await auth.prisma.session.count({ where: { userId: id } })).toBe(1);
  });
});

describe('an order that names a token and a session', () => {
  it('is one change: if one half cannot be stored, neither is', async () => {
    const { actor } = await auth.logIn((await auth.user(['warden'])).email);
    const [login, other] = [await begin(), await begin()];
    const order = { sid: login.user.sessionId, jti: 'x'.repeat(400) };
    await expect(tokens().revokeNamed(order, actor)).rejects.toThrow();
    expect((await auth.prisma.session.findUniqueOrThrow({ where: { id: order.sid ?? '' } })).endedAt).toBeNull();
    expect(await auth.prisma.event.count({ where: { actor: actor.user.id, type: 'token-revoked' } })).toBe(0);

    await tokens().revokeNamed({ sid: login.user.sessionId, jti: other.user.tokenId }, actor);
    await isRefused(login.access_token);
    await isRefused(other.access_token);
    expect(await auth.prisma.event.count({ where: { actor: actor.user.id, type: 'token-revoked' } })).toBe(1);
  });
});

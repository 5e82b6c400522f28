import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { connectionOf } from '@citadel/platform';
import until from 'p-wait-for';

import { AccessTokensService } from '../access-tokens/access-tokens.service.js';
import { type AuthForTest, authForTest, client, PASSWORD, sessionOf } from '../testing/auth.js';
import { pausedAfter } from '../testing/transactions.js';
import { TokensService } from '../token-endpoints/tokens.service.js';
import { openSession } from './open-session.js';
import { PasswordsService } from './passwords.service.js';
import { SessionsService } from './sessions.service.js';

let auth: AuthForTest;
let sessions: SessionsService;
beforeAll(async () => {
  auth = await authForTest();
  sessions = auth.get(SessionsService);
}, 60_000);
afterAll(() => auth?.close());

/**
 * Starts things while `lock` is held, each only when the one before it waits for that lock or is done, and then lets go:
 * so the order in which they meet is the test's, and not the machine's.
 */
async function inOrder(
  lock: string,
  ...things: readonly (() => Promise<unknown>)[]
): Promise<PromiseSettledResult<unknown>[]> {
  const { DATABASE_URL, DATABASE_CA } = auth.config;
  const holder = new Client(connectionOf(DATABASE_URL, DATABASE_CA));
  await holder.connect();
  await holder.query(`BEGIN; ${lock}`);
  const running: Promise<unknown>[] = [];
  let done = 0;
  for (const thing of things) {
    running.push(thing().finally(() => (done += 1)));
    await until(async () => done + (await waiting()) >= running.length);
  }
  await holder.query('COMMIT');
  const outcomes = await Promise.allSettled(running);
  await holder.end();
  return outcomes;
}

async function waiting(): Promise<number> {
  const { rows } = await auth.asSuperuser(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return Number(rows[0]?.['n']);
}

const openSessions = (userId: string) => auth.prisma.session.findMany({ where: { userId, endedAt: null } });
const lockUser = (id: string) => `SELECT 1 FROM users WHERE id = '${id}' FOR UPDATE`;
const HOLD_REVOCATIONS = 'LOCK TABLE revocations IN SHARE MODE';

/** The tokens of an outcome, if it brought any. */
function tokensOf(outcome: PromiseSettledResult<unknown> | undefined) {
  if (outcome?.status !== 'fulfilled' || typeof outcome.value !== 'object' || outcome.value === null) return undefined;
  return outcome.value as { access_token: string; refresh_token: string };
}

describe('a login while the password changes', () => {
  const NEW_PASSWORD = 'another long passphrase';

  it.each(['login first', 'change first'])('leaves no session that the old password opened (%s)', async (order) => {
    const { id, email } = await auth.user();
    const owner = await auth.logIn(email);
    const logIn = () => sessions.logIn({ email, password: PASSWORD }, client);
    const change = () =>
      auth.get(PasswordsService).change({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, owner.actor);
    const things = order === 'login first' ? [logIn, change] : [change, logIn];
    const outcomes = await inOrder(lockUser(id), ...things);

    const login = outcomes[things.indexOf(logIn)];
    expect((await openSessions(id)).map((session) => session.id)).toEqual([owner.user.sessionId]);
    const tokens = tokensOf(login);
    if (tokens) {
      await until(async () => !(await auth.accepts(tokens.access_token)));
      await expect(sessions.refresh(tokens.refresh_token, client)).rejects.toMatchObject({ status: 401 });
    } else expect(login).toMatchObject({ status: 'rejected', reason: { status: 401 } });
    expect(await auth.accepts(owner.access_token)).toBe(true);
    await sessions.logIn({ email, password: NEW_PASSWORD }, client);
  });

  it('lets one of two changes at once win, and tells the other that its password is wrong', async () => {
    const { id, email } = await auth.user();
    const { actor } = await auth.logIn(email);
    const changeTo = (newPassword: string) => () =>
      auth.get(PasswordsService).change({ currentPassword: PASSWORD, newPassword }, actor);
    const outcomes = await inOrder(lockUser(id), changeTo('first long passphrase'), changeTo('second long passphrase'));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'invalid-credentials' },
    });
  });
});

describe('a login that has not committed its session yet', () => {
  it.each([
    [
      'a change of the password',
      (actor: Actor) =>
        auth.get(PasswordsService).change({ currentPassword: PASSWORD, newPassword: 'a third long passphrase' }, actor),
    ],
    ['a logout everywhere', (actor: Actor) => sessions.logOutEverywhere(actor)],
    ['a revocation of everybody', (actor: Actor) => auth.get(TokensService).revokeAll('drill', actor)],
  ])('holds up %s, which then ends it', async (_, end) => {
    const user = await auth.user();
    const { actor } = await auth.logIn(user.email);
    const session = sessionOf(user.id);
    const login = await pausedAfter(auth.prisma, async (transaction) => {
      const event = { type: 'login', outcome: 'success' } as const;
      expect(await openSession(transaction, user, session, randomUUID(), event)).toBe(true);
    });
    const ending = end(actor);
    // It waits for the login or, without its locks, is over before it.
    await Promise.race([ending, until(async () => (await waiting()) > 0)]);
    await login.goOn();
    await ending;
    expect((await openSessions(user.id)).map(({ id }) => id)).not.toContain(session.id);
  });
});

describe('a login while all sessions of its user are ended', () => {
  it.each(['login first', 'logout first'])('is wholly before or wholly after (%s)', async (order) => {
    const { id, email } = await auth.user();
    const { actor } = await auth.logIn(email);
    const logIn = () => sessions.logIn({ email, password: PASSWORD }, client);
    const logOut = () => sessions.logOutEverywhere(actor);
    const things = order === 'login first' ? [logIn, logOut] : [logOut, logIn];
    const outcomes = await inOrder(lockUser(id), ...things);

    const tokens = tokensOf(outcomes[things.indexOf(logIn)]);
    const isOpen = (await openSessions(id)).length > 0;
    if (tokens) await until(async () => (await auth.accepts(tokens.access_token)) === isOpen);
    else expect(isOpen).toBe(false);
    const next = await auth.logIn(email);
    expect(await auth.accepts(next.access_token)).toBe(true);
  });
});

describe('a login while the tokens of everybody are revoked', () => {
  it('is wholly before or wholly after', async () => {
    const { id, email } = await auth.user();
    const warden = await auth.logIn((await auth.user(['warden'])).email);
    const [, login] = await inOrder(
      HOLD_REVOCATIONS,
      () => auth.get(TokensService).revokeAll('drill', warden.actor),
      () => sessions.logIn({ email, password: PASSWORD }, client),
    );
    const tokens = tokensOf(login);
    if (!tokens) throw new Error('The login failed');
    expect(await openSessions(id)).toHaveLength(1);
    await until(() => auth.accepts(tokens.access_token));
  });

  it('works right afterwards', async () => {
    const warden = await auth.logIn((await auth.user(['warden'])).email);
    await auth.get(TokensService).revokeAll('drill', warden.actor);
    const next = await auth.logIn((await auth.user()).email);
    expect(await auth.accepts(next.access_token)).toBe(true);
    await until(async () => !(await auth.accepts(warden.access_token)));
  });
});

describe('a token that is issued while its session is being ended', () => {
  it.each([
    ['logout', (actor: Actor) => sessions.logOut(actor)],
    ['logout everywhere', (actor: Actor) => sessions.logOutEverywhere(actor)],
    [
      'revocation by an administrator',
      (actor: Actor) => auth.get(TokensService).revokeUser(actor.user.id, undefined, actor),
    ],
    ['revocation of everybody', (actor: Actor) => auth.get(TokensService).revokeAll('drill', actor)],
  ])('is refused: %s', async (_, end) => {
    const { email } = await auth.user();
    const { user, actor } = await auth.logIn(email);
    const [, issued] = await inOrder(
      HOLD_REVOCATIONS,
      () => end(actor),
      () => auth.get(AccessTokensService).issueFor(user.sessionId ?? ''),
    );
    if (issued?.status !== 'fulfilled') throw new Error('No token was issued');
    const { token } = issued.value as { token: string };
    await until(async () => !(await auth.accepts(token)));
    expect(await auth.get(AccessTokensService).issueFor(user.sessionId ?? '')).toBeUndefined();
  });
});

describe('a refresh while its session is being ended', () => {
  it.each(['refresh first', 'logout first'])('leaves nothing that works (%s)', async (order) => {
    const { email } = await auth.user();
    const { user, actor, refresh_token: token } = await auth.logIn(email);
    const refresh = () => sessions.refresh(token, client);
    const logOut = () => sessions.logOut(actor);
    const things = order === 'refresh first' ? [refresh, logOut] : [logOut, refresh];
    const lock = `SELECT 1 FROM sessions WHERE id = '${user.sessionId ?? ''}' FOR UPDATE`;
    const outcomes = await inOrder(lock, ...things);

    const tokens = tokensOf(outcomes[things.indexOf(refresh)]);
    if (tokens) {
      await until(async () => !(await auth.accepts(tokens.access_token)));
      await expect(sessions.refresh(tokens.refresh_token, client)).rejects.toMatchObject({ status: 401 });
    }
    await expect(sessions.refresh(token, client)).rejects.toMatchObject({ status: 401 });
  });
});

describe('one of many sessions', () => {
  it('is listed, is ended by its owner alone, and takes no other with it', async () => {
    const { email } = await auth.user();
    const laptop = await auth.logIn(email, {
      address: '192.0.2.7',
      userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0',
    });
    const phone = await auth.logIn(email, { address: '192.0.2.8', userAgent: 'curl/8' });
    const { items } = await sessions.list(laptop.user);
    expect(items).toMatchObject([
      { id: phone.user.sessionId, isCurrent: false, device: 'curl/8', address: '192.0.2.8' },
      {
        id: laptop.user.sessionId,
        isCurrent: true,
        device: 'Firefox on Linux',
        address: '192.0.2.7',
        methods: ['pwd'],
      },
    ]);

    const stranger = await auth.logIn((await auth.user()).email);
    for (const id of [phone.user.sessionId ?? '', randomUUID()]) {
      await expect(sessions.endOne(id, stranger.actor)).rejects.toMatchObject({ code: 'session-not-found' });
    }
    await sessions.endOne(phone.user.sessionId ?? '', laptop.actor);
    await until(async () => !(await auth.accepts(phone.access_token)));
    expect(await auth.accepts(laptop.access_token)).toBe(true);
    expect((await sessions.list(laptop.user)).items).toHaveLength(1);
  });
});

type Actor = Awaited<ReturnType<AuthForTest['logIn']>>['actor'];

describe('a login whose session is ended before it has a token', () => {
  it('is refused as the contract of a login says', async () => {
    const { id, email } = await auth.user();
    const { actor } = await auth.logIn((await auth.user(['warden'])).email);
    const logIn = () => sessions.logIn({ email, password: PASSWORD }, client);
    const revoke = () => auth.get(TokensService).revokeUser(id, 'drill', actor);
    // The session is open and committed; what its token needs to know cannot be read yet.
    const [login] = await inOrder('LOCK TABLE user_roles IN ACCESS EXCLUSIVE MODE', logIn, revoke);
    expect(login).toMatchObject({ status: 'rejected', reason: { code: 'invalid-credentials', status: 401 } });
    expect(await openSessions(id)).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';

import { TokenVerifier } from '@citadel/auth';
import until from 'p-wait-for';

import { type Allowance, ALLOWANCES } from '../allowances/allowance.js';
import { type AuthForTest, authForTest, client, ready, type Replica } from '../testing/auth.js';
import { newRefreshToken, successorOf } from './refresh-token.js';
import { SessionsService } from './sessions.service.js';

let auth: AuthForTest;
let sessions: SessionsService;
let other: Replica;
beforeAll(async () => {
  auth = await authForTest();
  sessions = auth.get(SessionsService);
  other = await auth.start();
  await ready(other);
}, 60_000);
afterAll(() => auth?.close());

const begin = async () => auth.logIn((await auth.user()).email);
const refresh = (token: string | undefined, at = sessions) => at.refresh(token, client);
const refused = { code: 'invalid-refresh-token', status: 401 };
const tokensOf = (sessionId = '') => auth.prisma.refreshToken.findMany({ where: { sessionId } });
const sessionOf = (id = '') => auth.prisma.session.findUniqueOrThrow({ where: { id } });
const eventsOf = (session = '') => auth.prisma.event.findMany({ where: { session }, orderBy: { id: 'asc' } });

/** Leaves nothing of an allowance. */
async function spend(key: string, { atOnce, every }: Allowance): Promise<void> {
  const spentUntil = new Date(Date.now() + atOnce * every * 1000);
  await auth.prisma.allowance.upsert({ where: { key }, create: { key, spentUntil }, update: { spentUntil } });
}

/** Lets time pass for one session, by moving what has happened into the past. */
async function pass(seconds: number, sessionId = ''): Promise<void> {
  await auth.prisma.$executeRaw`
    UPDATE sessions SET idle_until = idle_until - make_interval(secs => ${seconds}),
      expires_at = expires_at - make_interval(secs => ${seconds}) WHERE id = ${sessionId}::uuid`;
  await auth.prisma.$executeRaw`
    UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => ${seconds}) WHERE session_id = ${sessionId}::uuid`;
}

describe('refreshing', () => {
  it.each([20, 50])(
    'gives %i refreshes of one token at once, on two replicas, one and the same successor',
    async (count) => {
      const { refresh_token: token, user } = await begin();
      const everywhere = [sessions, other.get(SessionsService)] as const;
      const answers = await Promise.all(
        Array.from({ length: count }, (_, i) => refresh(token, everywhere[i % 2 === 0 ? 0 : 1])),
      );

      expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
      expect(new Set(answers.map((answer) => answer.access_token)).size).toBe(count);
      expect(await Promise.all(answers.map((answer) => auth.accepts(answer.access_token)))).not.toContain(false);
      expect(await tokensOf(user.sessionId)).toHaveLength(2);
      expect((await sessionOf(user.sessionId)).endedAt).toBeNull();
      const told = (await eventsOf(user.sessionId)).filter(({ type }) => type === 'token-refreshed');
      expect(told).toHaveLength(1);
      // Nobody was logged out: the one successor works.
      await refresh(answers[0]?.refresh_token);
    },
  );

  it('gives a replay within the grace window the same successor', async () => {
    const { refresh_token: token, user } = await begin();
    const first = await refresh(token);
    await pass(9, user.sessionId);
    expect((await refresh(token)).refresh_token).toBe(first.refresh_token);
    expect(await tokensOf(user.sessionId)).toHaveLength(2);
  });

  it('gives a replay the same successor while the key is being replaced, and never a token that was not stored', async () => {
    const { AUTH_REFRESH_TOKEN_KEY: previous } = auth.config;
    const AUTH_REFRESH_TOKEN_KEY = randomBytes(32);
    const renewed = await auth.start({ AUTH_REFRESH_TOKEN_KEY, AUTH_REFRESH_TOKEN_KEY_PREVIOUS: previous });
    const hasty = await auth.start({ AUTH_REFRESH_TOKEN_KEY });
    const { refresh_token: token, user } = await begin();
    const first = await refresh(token);

    expect((await refresh(token, renewed.get(SessionsService))).refresh_token).toBe(first.refresh_token);
    await expect(refresh(token, hasty.get(SessionsService))).rejects.toMatchObject(refused);
    expect((await sessionOf(user.sessionId)).endedAt).toBeNull();
    await refresh(first.refresh_token, renewed.get(SessionsService));
  });

  it('ends the session when a token is replayed after the grace window, and says so', async () => {
    const { refresh_token: token, access_token: access, user } = await begin();
    const next = await refresh(token);
    await pass(11, user.sessionId);

    await expect(refresh(token)).rejects.toMatchObject(refused);
    expect(await sessionOf(user.sessionId)).toMatchObject({ endReason: 'refresh-token-reused' });
    expect((await eventsOf(user.sessionId)).at(-1)).toMatchObject({
      type: 'refresh-token-reused',
      outcome: 'failure',
      subject: user.id,
      address: client.address,
    });
    // Thief and owner alike are out, with every token of this session.
    await expect(refresh(next.refresh_token)).rejects.toMatchObject(refused);
    await expect(refresh(token)).rejects.toMatchObject(refused);
    for (const issued of [access, next.access_token]) {
      await until(async () => !(await auth.accepts(issued)) && !(await other.accepts(issued)));
    }
  });

  it('tells of one reuse once, however many come at the same time', async () => {
    const { refresh_token: token, user } = await begin();
    await refresh(token);
    await pass(11, user.sessionId);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => refresh(token)));
    expect(outcomes.map(({ status }) => status)).not.toContain('fulfilled');
    const told = (await eventsOf(user.sessionId)).filter(({ type }) => type === 'refresh-token-reused');
    expect(told).toHaveLength(1);
  });

  it('slows down a session that refreshes in a loop, by rotation or by replay, and adds nothing', async () => {
    const { refresh_token: token, user } = await begin();
    const next = await refresh(token);
    await spend(`refreshOfSession:${user.sessionId ?? ''}`, ALLOWANCES.refreshOfSession);
    const before = [await tokensOf(user.sessionId), await eventsOf(user.sessionId)];
    const slowed = {
      status: 429,
      code: 'too-many-requests',
      details: { retryAfter: ALLOWANCES.refreshOfSession.every },
    };
    for (const again of [token, next.refresh_token]) await expect(refresh(again)).rejects.toMatchObject(slowed);
    expect([await tokensOf(user.sessionId), await eventsOf(user.sessionId)]).toEqual(before);
    await auth.prisma.allowance.deleteMany();
    await refresh(next.refresh_token);
  });

  it('lets a session do so many at once, and no more', async () => {
    const { refresh_token: token } = await begin();
    const { atOnce } = ALLOWANCES.refreshOfSession;
    const answers = await Promise.allSettled(Array.from({ length: atOnce + 5 }, () => refresh(token)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(atOnce);
  });

  it('slows down a user who does it in many sessions, and no other user', async () => {
    const { email } = await auth.user();
    const [one, two, other] = [await auth.logIn(email), await auth.logIn(email), await begin()];
    await spend(`refreshOfUser:${one.user.id}`, ALLOWANCES.refreshOfUser);
    const slowed = { code: 'too-many-requests', details: { retryAfter: ALLOWANCES.refreshOfUser.every } };
    for (const { refresh_token: token } of [one, two]) await expect(refresh(token)).rejects.toMatchObject(slowed);
    await refresh(other.refresh_token);
  });

  it('ends a session whose token is replayed after the grace window, however much in a hurry it is', async () => {
    const { refresh_token: token, user } = await begin();
    await refresh(token);
    await pass(11, user.sessionId);
    await spend(`refreshOfSession:${user.sessionId ?? ''}`, ALLOWANCES.refreshOfSession);
    await expect(refresh(token)).rejects.toMatchObject(refused);
    expect(await sessionOf(user.sessionId)).toMatchObject({ endReason: 'refresh-token-reused' });
  });

  it.each([
    ['nothing', () => undefined],
    ['a token that nobody issued', () => newRefreshToken()],
    ['a token with another spelling', (token: string) => `${token}=`],
    ['an access token', (_: string, access: string) => access],
    [
      'a successor that nobody has asked for yet',
      (token: string) => successorOf(token, auth.config.AUTH_REFRESH_TOKEN_KEY),
    ],
  ])('refuses %s', async (_, tokenFrom) => {
    const { refresh_token: token, access_token: access } = await begin();
    await expect(refresh(tokenFrom(token, access))).rejects.toMatchObject(refused);
    await refresh(token);
  });

  it('is not accepted as an access token', async () => {
    const { refresh_token: token } = await begin();
    expect(await auth.get(TokenVerifier).verify(token)).toBeUndefined();
  });

  it('keeps no usable token', async () => {
    const { refresh_token: token } = await begin();
    const { refresh_token: next } = await refresh(token);
    const tables = await auth.prisma.$queryRaw<{ text: string }[]>`
      SELECT t::text AS text FROM refresh_tokens t UNION ALL SELECT s::text FROM sessions s UNION ALL SELECT e::text FROM events e`;
    const stored = tables.map(({ text }) => text).join('\n');
    for (const secret of [token, next]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      for (const spelling of ['utf8', 'hex', 'base64'] as const) {
        expect(stored).not.toContain(Buffer.from(secret).toString(spelling));
        expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString(spelling));
      }
    }
  });
});

describe('the life of a session', () => {
  const { SESSION_IDLE_LIFETIME: idle, SESSION_ABSOLUTE_LIFETIME: absolute } = {
    SESSION_IDLE_LIFETIME: 14 * 86_400,
    SESSION_ABSOLUTE_LIFETIME: 90 * 86_400,
  };

  it('ends when it is not refreshed for the idle lifetime', async () => {
    const { refresh_token: token, user } = await begin();
    await pass(idle - 60, user.sessionId);
    const next = await refresh(token);
    await pass(idle + 1, user.sessionId);
    await expect(refresh(next.refresh_token)).rejects.toMatchObject(refused);
  });

  it('ends at the absolute lifetime, which no refresh moves', async () => {
    const { refresh_token: first, user, refresh_expires_in: lasts } = await begin();
    expect(lasts).toBeGreaterThan(idle - 60);
    let token = first;
    for (let passed = 0; passed + idle < absolute; passed += idle - 60) {
      const before = await sessionOf(user.sessionId);
      const next = await refresh(token);
      const after = await sessionOf(user.sessionId);
      expect(after.expiresAt).toEqual(before.expiresAt);
      expect(after.idleUntil.getTime()).toBeLessThanOrEqual(after.expiresAt.getTime());
      token = next.refresh_token;
      await pass(idle - 60, user.sessionId);
    }
    const last = await refresh(token);
    const { idleUntil, expiresAt } = await sessionOf(user.sessionId);
    expect(idleUntil).toEqual(expiresAt);
    expect(last.refresh_expires_in).toBeLessThan(idle);
    await pass(last.refresh_expires_in + 1, user.sessionId);
    await expect(refresh(last.refresh_token)).rejects.toMatchObject(refused);
  });

  it('cannot be lengthened by anything that writes to the database', async () => {
    const { user } = await begin();
    const { expiresAt } = await sessionOf(user.sessionId);
    const idleUntil = new Date(expiresAt.getTime() + 1);
    const lengthened = auth.prisma.session.update({ where: { id: user.sessionId ?? '' }, data: { idleUntil } });
    await expect(lengthened).rejects.toThrow(/sessions_idle_within_absolute/);
  });
});

describe('the successor of a refresh token', () => {
  const key = Buffer.alloc(32, 1);

  it('is the same each time, and another for another token or another key', () => {
    expect(successorOf('a', key)).toBe(successorOf('a', key));
    const others = [successorOf('b', key), successorOf('a', Buffer.alloc(32, 2)), 'a'];
    expect(others).not.toContain(successorOf('a', key));
  });

  it('has 256 bits', () => {
    expect(Buffer.from(successorOf('a', key), 'base64url')).toHaveLength(32);
    expect(Buffer.from(newRefreshToken(), 'base64url')).toHaveLength(32);
  });
});

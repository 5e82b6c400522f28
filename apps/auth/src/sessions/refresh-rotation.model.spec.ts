import * as fc from 'fast-check';
import { Problem } from '@citadel/protocol';
import until from 'p-wait-for';

import { type AuthForTest, authForTest, client } from '../testing/auth.js';
import { SessionsService } from './sessions.service.js';

// Long enough that the seconds which a busy machine takes for a run never cross a limit that the model did not cross.
const LIMITS = { REFRESH_GRACE: 60, SESSION_IDLE_LIFETIME: 600, SESSION_ABSOLUTE_LIFETIME: 2_000 };

let auth: AuthForTest;
beforeAll(async () => (auth = await authForTest(LIMITS)), 60_000);
afterAll(() => auth?.close());

/** What may happen to a session. `age` counts tokens back from the newest; `at` is how many present it at once. */
type Step =
  | { readonly kind: 'present'; readonly age: number; readonly at: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'logout' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('present' as const), age: fc.nat(4), at: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.constantFrom(20, 40, 70, 300, 620) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'logout' as const }) },
);

/** A session as it should be, in so few lines that one can see that they are right. */
class Model {
  private now = 0;
  private idleUntil = LIMITS.SESSION_IDLE_LIFETIME;
  private readonly usedAt: (number | undefined)[] = [undefined];
  private isOver = false;
  /** Why the session ended before its time: then its access tokens must be refused, too. */
  endReason: string | null = null;

  get tokens(): number {
    return this.usedAt.length;
  }

  pass(seconds: number): void {
    this.now += seconds;
    if (this.now >= this.idleUntil || this.now >= LIMITS.SESSION_ABSOLUTE_LIFETIME) this.isOver = true;
  }

  end(reason: string): void {
    this.isOver = true;
    this.endReason ??= reason;
  }

  /** @returns the position of the token that is given for the one at `position`; `undefined` if it is refused */
  present(position: number): number | undefined {
    if (this.isOver) return undefined;
    const usedAt = this.usedAt[position];
    if (usedAt === undefined) {
      this.usedAt[position] = this.now;
      this.usedAt.push(undefined);
      this.idleUntil = Math.min(this.now + LIMITS.SESSION_IDLE_LIFETIME, LIMITS.SESSION_ABSOLUTE_LIFETIME);
    } else if (this.now - usedAt >= LIMITS.REFRESH_GRACE) {
      this.end('refresh-token-reused');
      return undefined;
    }
    return position + 1;
  }
}

describe('a session, whatever happens to it in whatever order', () => {
  it('does what its model does', async () => {
    const sessions = auth.get(SessionsService);
    const { email } = await auth.user();

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const login = await auth.logIn(email);
        const id = login.user.sessionId ?? '';
        const model = new Model();
        const chain = [login.refresh_token];
        const access = [login.access_token];

        for (const one of steps) {
          // The model knows nothing of haste.
          await auth.prisma.allowance.deleteMany();
          if (one.kind === 'pass') {
            model.pass(one.seconds);
            await pass(one.seconds, id);
          } else if (one.kind === 'logout') {
            model.end('logout');
            await sessions.logOut(login.actor);
          } else {
            const position = Math.max(0, chain.length - 1 - one.age);
            const expected = Array.from({ length: one.at }, () => model.present(position));
            const answers = await Promise.all(expected.map(() => refresh(sessions, chain[position])));
            for (const answer of answers) if (answer) access.push(answer.access_token);
            for (const [index, answer] of answers.entries()) {
              const given = expected[index];
              if (given === undefined) expect(answer).toBeUndefined();
              else expect(answer?.refresh_token).toBe((chain[given] ??= answer?.refresh_token ?? ''));
            }
          }
          expect(await auth.prisma.refreshToken.count({ where: { sessionId: id } })).toBe(model.tokens);
        }

        const { endReason } = await auth.prisma.session.findUniqueOrThrow({ where: { id } });
        expect(endReason).toBe(model.endReason);
        const isRefused = model.endReason !== null;
        for (const token of access) await until(async () => (await auth.accepts(token)) !== isRefused);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

/** `undefined` if it is refused as it should be. */
async function refresh(sessions: SessionsService, token: string | undefined) {
  try {
    return await sessions.refresh(token, client);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-refresh-token') return undefined;
    throw error;
  }
}

async function pass(seconds: number, id: string): Promise<void> {
  await auth.prisma.$transaction([
    auth.prisma.$executeRaw`
      UPDATE sessions SET idle_until = idle_until - make_interval(secs => ${seconds}),
        expires_at = expires_at - make_interval(secs => ${seconds}) WHERE id = ${id}::uuid`,
    auth.prisma.$executeRaw`
      UPDATE refresh_tokens SET used_at = used_at - make_interval(secs => ${seconds}) WHERE session_id = ${id}::uuid`,
  ]);
}

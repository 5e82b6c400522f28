import { randomUUID } from 'node:crypto';

import { type AuthForTest, authForTest, type Replica } from '../testing/auth.js';
import { ALLOWANCES } from './allowance.js';
import { AllowancesService } from './allowances.service.js';

let auth: AuthForTest;
let other: Replica;
beforeAll(async () => {
  auth = await authForTest();
  other = await auth.start();
}, 60_000);
afterAll(() => auth?.close());

const kind = 'revocationOfUser';
const { atOnce, every } = ALLOWANCES[kind];
const keyOf = (id: string) => `${kind}:${id}`;
const refusal = { status: 429, code: 'too-many-requests', details: { retryAfter: every } };

/** How many of so many attempts, made in one moment on two replicas, are allowed. */
async function allowed(id: string, attempts: number): Promise<number> {
  const replicas = [auth, other] as const;
  const made = Array.from({ length: attempts }, (_, index) =>
    replicas[index % 2 ? 1 : 0].get(AllowancesService).spend(kind, id),
  );
  return (await Promise.allSettled(made)).filter(({ status }) => status === 'fulfilled').length;
}

async function pass(id: string, seconds: number): Promise<void> {
  await auth.prisma.$executeRaw`
    UPDATE allowances SET spent_until = spent_until - make_interval(secs => ${seconds}) WHERE key = ${keyOf(id)}`;
}

describe('an allowance', () => {
  it('is counted exactly, however many ask at once on however many replicas', async () => {
    expect(await allowed(randomUUID(), atOnce + 10)).toBe(atOnce);
  });

  it('refuses what is beyond it, and says when to try again', async () => {
    const id = randomUUID();
    await allowed(id, atOnce);
    await expect(auth.get(AllowancesService).spend(kind, id)).rejects.toMatchObject(refusal);
  });

  it('grows again by one in each step, and to its full size at most', async () => {
    const id = randomUUID();
    await allowed(id, atOnce);
    await pass(id, every);
    expect(await allowed(id, 3)).toBe(1);
    await pass(id, 100 * every * atOnce);
    expect(await allowed(id, atOnce + 3)).toBe(atOnce);
  });

  it('leaves the allowances of other users alone', async () => {
    await allowed(randomUUID(), atOnce + 1);
    expect(await allowed(randomUUID(), 1)).toBe(1);
  });

  it('is forgotten when it has grown again in full, and not before', async () => {
    const [whole, spent] = [randomUUID(), randomUUID()];
    for (const id of [whole, spent]) await allowed(id, 2);
    await pass(whole, 3 * every);
    await auth.get(AllowancesService).forgetOld();
    const left = await auth.prisma.allowance.findMany({ where: { key: { in: [whole, spent].map(keyOf) } } });
    expect(left.map(({ key }) => key)).toEqual([keyOf(spent)]);
  });
});

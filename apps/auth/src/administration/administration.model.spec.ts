import type { Revocation } from '@citadel/auth';
import type { Role } from '@citadel/contracts';
import fc from 'fast-check';

import { PublicationService } from '../publication/publication.service.js';
import type { Action } from '../testing/administration/action.js';
import { actionOf, type Attempt, attempt } from '../testing/administration/attempt.js';
import { actionIn, perform, stateIn } from '../testing/administration/perform.js';
import { PowerModel } from '../testing/administration/power-model.js';
import { type AuthForTest, authForTest, type Replica } from '../testing/auth.js';

const SEED = 20_261_124;
const ONE_BY_ONE = 1_400;
const ROUNDS = 80;
const AT_ONCE = 8;

// Whoever has the custom role may do as much as a sovereign, and is none: only they can meet the last one.
const REGENT = 'regent';
const CAST: readonly (readonly (Role | typeof REGENT)[])[] = [
  ['sovereign'],
  ['sovereign'],
  [REGENT],
  ['warden'],
  ['warden', 'treasurer'],
  ['warden', 'archivist'],
  ['auditor'],
  ['teller'],
  ['citizen'],
  ['citizen'],
  [],
  [],
];

let auth: AuthForTest;
let replicas: readonly Replica[];
let model: PowerModel;
const codes = new Map<string, number>();
const tried = (action: Action, code: string | undefined) =>
  codes.set(code ?? action.kind, (codes.get(code ?? action.kind) ?? 0) + 1);

beforeAll(async () => {
  auth = await authForTest();
  replicas = [auth, await auth.start()];
  model = new PowerModel();
  const regent = { permissions: ['*'], inherits: [] };
  await auth.prisma.role.create({ data: { ...regent, name: REGENT, summary: 'Stands in' } });
  model.roles.set(REGENT, { ...regent, version: 1 });
  for (const [index, roles] of CAST.entries()) {
    const { id } = await auth.user(roles);
    const clearance = index % 2 === 0 && index < 4 ? 'sealed' : index < 5 ? 'secret' : 'restricted';
    await auth.prisma.user.update({ where: { id }, data: { clearance } });
    model.users.set(id, { roles, clearance, isDisabled: false, version: 1, generation: 0 });
  }
}, 60_000);
afterAll(() => auth?.close());

const sample = (numRuns: number, seed: number): Attempt[] => fc.sample(attempt, { numRuns, seed });

/** Whatever the rules are called: nobody gains what the actor does not hold, and nobody changes themselves. */
function expectLawful(action: Action): void {
  const after = model.after(action);
  const own = model.powersOf(action.actor);
  const gained = [...model.users.keys()].flatMap((id) =>
    [...after.powersOf(id)].filter((power) => !model.powersOf(id).has(power)).map((power) => ({ id, power })),
  );
  expect(gained.filter(({ power }) => !own.has(power))).toEqual([]);
  expect(after.powersOf(action.actor)).toEqual(own);
  expect(after.sovereigns.length).toBeGreaterThan(0);
}

async function expectSameState(): Promise<void> {
  const { users, roles } = await stateIn(auth.prisma);
  expect(users).toEqual(new Map([...model.users].map(([id, user]) => [id, { ...user, roles: new Set(user.roles) }])));
  expect(roles).toEqual(
    new Map(
      [...model.roles].map(([name, { permissions, inherits, version }]) => [
        name,
        { permissions: new Set(permissions), inherits: new Set(inherits), version },
      ]),
    ),
  );
}

it(`does what the model does, in ${String(ONE_BY_ONE)} actions by chance`, async () => {
  for (const [step, one] of sample(ONE_BY_ONE, SEED).entries()) {
    const action = actionOf(one, model);
    const broken = model.judge(action);
    const code = await perform(action, replicas[step % 2] ?? auth);
    tried(action, code);
    if (code === undefined) {
      expect({ step, action, broken: [...broken] }).toEqual({ step, action, broken: [] });
      expectLawful(action);
      model.apply(action);
    } else if (!broken.has(code as never)) {
      expect({ step, action, refusedWith: code }).toEqual({ step, action, refusedWith: [...broken] });
    }
    if (step % 100 === 0) await expectSameState();
  }
  await expectSameState();
}, 120_000);

it(`is lawful in ${String(ROUNDS * AT_ONCE)} actions of which ${String(AT_ONCE)} happen at once, on two replicas`, async () => {
  const [newest] = await auth.prisma.event.findMany({ orderBy: { id: 'desc' }, take: 1 });
  let seen = newest?.id ?? 0n;
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every token is good when the round begins; what happens in it makes some of them too old.
    const actions = sample(AT_ONCE, SEED + 1 + round).map((one) => actionOf({ ...one, token: 'fresh' }, model));
    const outcomes = await Promise.all(
      actions.map(async (action, index) => perform(action, replicas[index % 2] ?? auth)),
    );
    // The trail is written under the lock, so its order is the order in which they happened.
    const events = await auth.prisma.event.findMany({ where: { id: { gt: seen } }, orderBy: { id: 'asc' } });
    seen = events.at(-1)?.id ?? seen;
    expect(events).toHaveLength(outcomes.filter((code) => code === undefined).length);
    const tokens = new Map(actions.map(({ actor, generation }) => [actor, generation] as const));
    for (const event of events) {
      const action = actionIn(event, (actor) => tokens.get(actor) ?? -1);
      expect({ action, broken: [...model.judge(action)] }).toEqual({ action, broken: [] });
      expectLawful(action);
      model.apply(action);
    }
    await expectSameState();
  }
}, 120_000);

it('has tried every action with success, and broken every rule', () => {
  const actions = ['set-roles', 'set-clearance', 'disable', 'enable', 'create-role', 'change-role', 'remove-role'];
  const users = ['unauthenticated', 'self-change', 'beyond-your-power', 'version-conflict'];
  const roles = ['role-built-in', 'role-not-found', 'role-taken', 'role-in-use', 'role-cycle'];
  const unknown = ['unknown-role', 'unknown-permission'];
  expect([...codes.keys()]).toEqual(expect.arrayContaining([...actions, ...users, ...roles, ...unknown]));
});

it('has published each change to every service', async () => {
  const published = new Map<string, Revocation | undefined>();
  for await (const page of auth.get(PublicationService).publishedRevocations(100))
    for (const { key, revocation } of page) published.set(key, revocation);
  for (const [id, { generation }] of model.users) {
    const expected = generation === 0 ? undefined : { kind: 'subject', id, generation };
    expect([id, published.get(`subject.${id}`)]).toEqual([id, expected]);
  }
});

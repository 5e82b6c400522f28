import { testPrincipal } from '@citadel/auth/testing';
import { Problem } from '@citadel/protocol';

import type { Actor } from '../audit/audit-event.js';
import { type AuthForTest, authForTest, client, type Replica } from '../testing/auth.js';
import { UserDeletionService } from './user-deletion.service.js';
import { UsersAdministrationService } from './users-administration.service.js';

const ROUNDS = 12;

let auth: AuthForTest;
let replicas: readonly [Replica, Replica];
beforeAll(async () => {
  auth = await authForTest();
  replicas = [auth, await auth.start()];
  const role = { name: 'regent', summary: 'May do all that a sovereign may', permissions: ['*'], inherits: [] };
  await auth.prisma.role.create({ data: role });
}, 60_000);
beforeEach(() => auth.prisma.userRole.deleteMany({ where: { role: 'sovereign' } }));
afterAll(() => auth?.close());

const somebodyWith = async (role: string) => {
  const { id } = await auth.user([role]);
  return { id, actor: { user: testPrincipal({ id }), client } };
};

type Fall = (on: Pick<Replica, 'get'>, id: string, by: Actor) => Promise<unknown>;
const disable: Fall = (on, id, by) => on.get(UsersAdministrationService).disable({ id }, by);
const demote: Fall = (on, id, by) => on.get(UsersAdministrationService).setRoles({ id, roles: ['citizen'] }, by);
const remove: Fall = (on, id, by) => on.get(UserDeletionService).delete({ id }, by);
const falls = [
  ['disabled', disable],
  ['demoted', demote],
  ['deleted', remove],
] as const;
const pairsOfFalls = Array.from({ length: 3 }, () => [
  [disable, disable],
  [disable, demote],
  [demote, disable],
  [demote, demote],
]).flat() as [Fall, Fall][];

const codeOf = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === 'fulfilled'
    ? 'done'
    : outcome.reason instanceof Problem
      ? outcome.reason.code
      : String(outcome.reason);

describe('the last enabled sovereign', () => {
  it.each(falls)('cannot be %s, by any caller', async (_, fall) => {
    const last = await somebodyWith('sovereign');
    const regent = await somebodyWith('regent');
    await expect(fall(auth, last.id, regent.actor)).rejects.toMatchObject({ code: 'last-sovereign' });
    await expect(fall(auth, last.id, last.actor)).rejects.toMatchObject({ code: 'self-change' });
  });

  it.each(falls)('may be %s once there is another, who is then the last', async (_, fall) => {
    const [one, other] = [await somebodyWith('sovereign'), await somebodyWith('sovereign')];
    const regent = await somebodyWith('regent');
    await fall(auth, one.id, other.actor);
    await expect(fall(auth, other.id, regent.actor)).rejects.toMatchObject({ code: 'last-sovereign' });
  });

  it('does not count a disabled sovereign, and may be given other roles as well', async () => {
    const [one, other] = [await somebodyWith('sovereign'), await somebodyWith('sovereign')];
    const users = auth.get(UsersAdministrationService);
    await users.disable({ id: one.id }, other.actor);
    const regent = await somebodyWith('regent');
    await expect(users.setRoles({ id: other.id, roles: ['regent'] }, regent.actor)).rejects.toMatchObject({
      code: 'last-sovereign',
    });
    await users.setRoles({ id: other.id, roles: ['sovereign', 'citizen'] }, regent.actor);
  });

  it('stays when two sovereigns remove each other at the same moment', async () => {
    for (const [first, second] of pairsOfFalls) {
      await auth.prisma.userRole.deleteMany({ where: { role: 'sovereign' } });
      const pair = [await somebodyWith('sovereign'), await somebodyWith('sovereign')] as const;
      const outcomes = await Promise.allSettled([
        first(replicas[0], pair[1].id, pair[0].actor),
        second(replicas[1], pair[0].id, pair[1].actor),
      ]);
      // Whoever came second had been removed by then, whatever their token said.
      expect(outcomes.map(codeOf).sort()).toEqual(['done', 'unauthenticated']);
      expect(await sovereigns()).toBe(1);
    }
  });

  it('stays when two others remove the last two sovereigns at the same moment', async () => {
    const regents = [await somebodyWith('regent'), await somebodyWith('regent')] as const;
    for (const [first, second] of pairsOfFalls) {
      await auth.prisma.userRole.deleteMany({ where: { role: 'sovereign' } });
      const pair = [await auth.user(['sovereign']), await auth.user(['sovereign'])] as const;
      const outcomes = await Promise.allSettled([
        first(replicas[0], pair[0].id, regents[0].actor),
        second(replicas[1], pair[1].id, regents[1].actor),
      ]);
      expect(outcomes.map(codeOf).sort()).toEqual(['done', 'last-sovereign']);
      expect(await sovereigns()).toBe(1);
    }
  });
});

describe('a version', () => {
  it('lets one of two changes at the same moment through', async () => {
    const sovereign = await somebodyWith('sovereign');
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, version } = await auth.user(['citizen']);
      const change = (index: 0 | 1, role: string) =>
        replicas[index].get(UsersAdministrationService).setRoles({ id, version, roles: [role] }, sovereign.actor);
      const outcomes = await Promise.allSettled([change(0, 'teller'), change(1, 'scribe')]);
      expect(outcomes.map(codeOf).sort()).toEqual(['done', 'version-conflict']);
    }
  });

  it('stays where a change is refused', async () => {
    const warden = await somebodyWith('warden');
    const { id, version } = await auth.user(['citizen']);
    const users = auth.get(UsersAdministrationService);
    const change = users.setRoles({ id, roles: ['teller'] }, warden.actor);
    await expect(change).rejects.toMatchObject({ code: 'beyond-your-power' });
    expect((await users.find(id)).version).toBe(version);
  });
});

const sovereigns = () =>
  auth.prisma.user.count({ where: { disabledAt: null, roles: { some: { role: 'sovereign' } } } });

import { testPrincipal } from '@citadel/auth/testing';
import { ALL_ROLES } from '@citadel/contracts';
import { Logger } from '@nestjs/common';

import { AccessService } from '../explain/access.service.js';
import { UsersAdministrationService } from './users-administration.service.js';
import { type AuthForTest, authForTest, client } from '../testing/auth.js';
import { MOST_ROLES } from '../roles/role-book.js';
import { RolesService } from './roles.service.js';

let auth: AuthForTest;
let roles: RolesService;
let users: UsersAdministrationService;
let sovereign: ReturnType<typeof actor>;
beforeAll(async () => {
  auth = await authForTest();
  roles = auth.get(RolesService);
  users = auth.get(UsersAdministrationService);
  sovereign = actor(await auth.user(['sovereign']));
}, 60_000);
beforeEach(() => auth.prisma.role.deleteMany());
afterAll(() => auth?.close());

const actor = ({ id }: { readonly id: string }) => ({ user: testPrincipal({ id }), client });
const fields = (name: string, ...permissions: string[]) => ({ name, summary: 'For a test', permissions, inherits: [] });

describe('custom roles', () => {
  it('are listed behind the built-in ones, with all that they add up to', async () => {
    await roles.create({ ...fields('clerk', 'auth:users:read'), inherits: ['scribe'] }, sovereign);
    const { items } = await roles.list();
    expect(items.map(({ name }) => name)).toEqual([...ALL_ROLES, 'clerk']);
    expect(items.filter(({ isBuiltIn }) => isBuiltIn).map(({ version }) => version)).toEqual(ALL_ROLES.map(() => 0));
    expect(items.at(-1)).toMatchObject({
      permissions: ['auth:users:read'],
      inherits: ['scribe'],
      effectivePermissions: ['archives:documents:file', 'archives:documents:read', 'auth:users:read'],
      isBuiltIn: false,
      version: 1,
    });
  });

  it.each(['auth:users:reed', 'auth:users', 'auth:us*', 'auth:**', 'Auth:users:read', ' auth:*', '', '**', ':*'])(
    'cannot hold %j, and the answer names it',
    async (permission) => {
      const created = roles.create(fields('clerk', 'auth:users:read', permission), sovereign);
      await expect(created).rejects.toMatchObject({
        code: 'unknown-permission',
        details: { detail: `There is no permission ${permission}` },
      });
    },
  );

  it.each(ALL_ROLES)('cannot take the name of the built-in %s, change or remove it', async (name) => {
    const refused = { code: 'role-built-in' };
    await expect(roles.create(fields(name), sovereign)).rejects.toMatchObject(refused);
    await expect(roles.change(fields(name), sovereign)).rejects.toMatchObject(refused);
    await expect(roles.remove({ name }, sovereign)).rejects.toMatchObject(refused);
  });

  it('give nothing when a later built-in role has their name, are reported, and can be removed once unused', async () => {
    const { id, email } = await auth.user([]);
    await auth.prisma.role.create({ data: fields('warden', 'treasury:accounts:read') });
    await auth.prisma.userRole.create({ data: { userId: id, role: 'warden' } });
    expect((await auth.logIn(email)).user).toMatchObject({ roles: [], permissions: [] });

    const reported: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line) => reported.push(line) });
    await roles.reportAmbiguous();
    Logger.overrideLogger(false);
    expect(reported).toEqual([expect.stringMatching(/warden.+give nothing.+DELETE \/v1\/roles/)]);

    const listed = (await roles.list()).items.filter(({ name }) => name === 'warden');
    expect(listed.map(({ effectivePermissions }) => effectivePermissions)).toEqual([[], []]);

    const refused = { code: 'role-in-use' };
    await expect(roles.remove({ name: 'warden' }, sovereign)).rejects.toMatchObject(refused);
    await users.setRoles({ id, roles: [] }, sovereign);
    await roles.remove({ name: 'warden' }, sovereign);
    expect((await roles.book()).permissionsOf(['warden'])).toEqual(['auth:*']);
  });

  it.each(['nobody', 'constructor', 'clerk'])('cannot inherit from %s, which does not exist', async (name) => {
    const created = roles.create({ ...fields('clerk'), inherits: [name] }, sovereign);
    await expect(created).rejects.toMatchObject({
      code: 'unknown-role',
      details: { detail: `There is no role ${name}` },
    });
  });

  it('cannot inherit in a circle, however long', async () => {
    await roles.create(fields('clerk'), sovereign);
    await roles.create({ ...fields('guard'), inherits: ['clerk'] }, sovereign);
    await roles.create({ ...fields('usher'), inherits: ['guard'] }, sovereign);
    for (const parent of ['clerk', 'guard', 'usher']) {
      const changed = roles.change({ ...fields('clerk'), inherits: [parent] }, sovereign);
      await expect(changed).rejects.toMatchObject({ code: 'role-cycle' });
    }
  });

  it('cannot be deleted while a user has them or a role inherits them', async () => {
    await roles.create(fields('clerk'), sovereign);
    await roles.create({ ...fields('guard'), inherits: ['clerk'] }, sovereign);
    await expect(roles.remove({ name: 'clerk' }, sovereign)).rejects.toMatchObject({ code: 'role-in-use' });
    const { id } = await auth.user(['guard']);
    await expect(roles.remove({ name: 'guard' }, sovereign)).rejects.toMatchObject({ code: 'role-in-use' });
    await users.setRoles({ id, roles: [] }, sovereign);
    await roles.remove({ name: 'guard' }, sovereign);
    await roles.remove({ name: 'clerk' }, sovereign);
    expect(await auth.prisma.role.count()).toBe(0);
  });

  it('are as many as one can read at a time', async () => {
    const many = Array.from({ length: MOST_ROLES }, (_, index) => fields(`role-${String(index)}`));
    await auth.prisma.role.createMany({ data: many });
    await expect(roles.create(fields('one-more'), sovereign)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('the roles of a user', () => {
  const long = (index: number) => `role-${String(index)}`.padEnd(64, 'x');

  it('must fit into a token, or they could not log in any more', async () => {
    const many = Array.from({ length: 30 }, (_, index) => fields(long(index)));
    await auth.prisma.role.createMany({ data: many });
    const names = many.map(({ name }) => name);
    await roles.create({ ...fields('some'), inherits: names.slice(0, 16) }, sovereign);
    const { id, email } = await auth.user();
    await users.setRoles({ id, roles: ['some'] }, sovereign);
    await auth.logIn(email);

    const tooMany = { code: 'too-many-roles' };
    await expect(users.setRoles({ id, roles: ['some', ...names.slice(16)] }, sovereign)).rejects.toMatchObject(tooMany);
    const wide = { ...fields(long(0)), inherits: names.slice(16) };
    await expect(roles.change(wide, sovereign)).rejects.toMatchObject(tooMany);
  });
});

describe('the list of users', () => {
  const listed = async (search: string, limit = 100) => {
    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Awaited<ReturnType<typeof users.list>> = await users.list({ limit, search, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor;
    }
    return found;
  };
  const register = (email: string) =>
    auth.prisma.user.create({ data: { id: crypto.randomUUID(), email, passwordHash: 'x' } });

  it('has everybody once, whatever the size of a page', async () => {
    const emails = Array.from({ length: 11 }, (_, index) => `paged-${String(index).padStart(2, '0')}@pages.test`);
    for (const email of emails) await register(email);
    for (const limit of [1, 3, 11, 12]) expect(await listed('@pages.test', limit)).toEqual(emails);
  });

  it('goes on behind its cursor when users come and go', async () => {
    const { items, nextCursor } = await users.list({ limit: 4, search: '@pages.test' });
    await register('paged-00a@pages.test');
    await auth.asOwner(`DELETE FROM users WHERE email = '${items.at(-1)?.email ?? ''}'`);
    const next = await users.list({ limit: 1, search: '@pages.test', cursor: nextCursor ?? '' });
    expect(next.items[0]?.email).toBe('paged-04@pages.test');
  });

  it('takes what is searched for by its letters: there are no wildcards', async () => {
    await register('under_score@search.test');
    await register('underscore@search.test');
    await register('per%cent@search.test');
    expect(await listed('r_')).toEqual(['under_score@search.test']);
    expect(await listed('%')).toEqual(['per%cent@search.test']);
    expect(await listed('\\')).toEqual([]);
    expect(await listed('UNDERSCORE@search')).toEqual(['underscore@search.test']);
  });
});

describe('a question about access', () => {
  it.each([{}, { user: crypto.randomUUID() }, { operation: 'treasury.openAccount' }])(
    'must name a decision, or a user and an operation: %j',
    async (question) => {
      await expect(async () => auth.get(AccessService).explain(question)).rejects.toMatchObject({
        code: 'invalid-request',
      });
    },
  );

  it('is answered from the roles that the user has now', async () => {
    const { id } = await auth.user(['teller']);
    const ask = () => auth.get(AccessService).explain({ user: id, operation: 'treasury.openAccount' });
    expect(await ask()).toMatchObject({
      isAllowed: true,
      reasons: expect.arrayContaining(['treasury:accounts:open comes from teller']),
    });
    await users.setRoles({ id, roles: ['scribe'] }, sovereign);
    expect(await ask()).toMatchObject({ isAllowed: false });
    await users.setRoles({ id, roles: ['teller'] }, sovereign);
    await users.disable({ id }, sovereign);
    expect(await ask()).toMatchObject({ isAllowed: false, reasons: expect.arrayContaining(['The user is disabled']) });
  });
});

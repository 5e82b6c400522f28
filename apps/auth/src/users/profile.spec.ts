import { randomUUID } from 'node:crypto';
import { testPrincipal } from '@citadel/auth/testing';

import { type AuthForTest, authForTest } from '../testing/auth.js';
import { UsersService } from './users.service.js';

let auth: AuthForTest;
let users: UsersService;
beforeAll(async () => {
  auth = await authForTest();
  users = auth.get(UsersService);
}, 60_000);
afterAll(() => auth?.close());

describe('a user’s own profile', () => {
  it('names all roles, and the permissions that built-in and custom ones give together, inherited ones too', async () => {
    await auth.prisma.role.createMany({
      data: [
        { name: 'clerk', summary: '', permissions: ['archives:documents:file'], inherits: [] },
        { name: 'usher', summary: '', permissions: ['auth:users:read'], inherits: ['clerk'] },
      ],
    });
    const { id, email } = await auth.user(['usher', 'auditor']);
    const principal = testPrincipal({ id, sessionId: randomUUID() });
    const profile = await users.describe(principal);
    expect(profile).toEqual({
      id,
      email,
      roles: ['auditor', 'usher'],
      permissions: expect.arrayContaining([
        'archives:documents:file',
        'auth:users:read',
        'treasury:accounts:read-any',
      ]) as string[],
      clearance: 'restricted',
      sessionId: principal.sessionId,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
    expect(Math.abs(Date.parse(profile.createdAt) - Date.now())).toBeLessThan(600_000);
  });

  it('gives nothing for a role that is gone, or that is built in and custom at once', async () => {
    await auth.prisma.role.create({ data: { name: 'scribe', summary: '', permissions: ['*'], inherits: [] } });
    const { id } = await auth.user(['scribe', 'vanished']);
    const { roles, permissions } = await users.describe(testPrincipal({ id, sessionId: randomUUID() }));
    expect([roles, permissions]).toEqual([['scribe', 'vanished'], []]);
  });

  it('is refused to a user who is gone, and without a session', async () => {
    const { id } = await auth.user(['citizen']);
    for (const principal of [
      testPrincipal({ id: randomUUID(), sessionId: randomUUID() }),
      testPrincipal({ id, sessionId: undefined }),
    ]) {
      await expect(users.describe(principal)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });
});

import { covers } from '@citadel/protocol';

import { ALL_PERMISSIONS, ALL_ROLES, expand, permissionsOf, type Role, ROLES } from './index.js';

const inheritsOf = (role: Role): readonly string[] => {
  const definition: object = ROLES[role];
  return 'inherits' in definition ? (definition.inherits as readonly string[]) : [];
};

describe('built-in roles', () => {
  it.each(ALL_ROLES)('%s inherits only from roles that exist', (role) => {
    expect(ALL_ROLES).toEqual(expect.arrayContaining([...inheritsOf(role)]));
  });

  it.each(ALL_ROLES)('%s does not inherit from itself', (role) => {
    const ancestors = new Set<string>();
    const visit = (name: string): void => {
      if (ancestors.has(name)) return;
      ancestors.add(name);
      inheritsOf(name as Role).forEach(visit);
    };
    inheritsOf(role).forEach(visit);
    expect([...ancestors]).not.toContain(role);
  });

  it.each(ALL_ROLES)('%s names only permissions that mean something', (role) => {
    for (const held of ROLES[role].permissions)
      expect([held, ALL_PERMISSIONS.some((name) => covers([held], name))]).toEqual([held, true]);
  });

  it.each(ALL_ROLES)('%s folds to few words', (role) => {
    expect(JSON.stringify(permissionsOf([role])).length).toBeLessThan(260);
  });

  it('pass on what they inherit', () => {
    expect(expand(['treasurer'])).toEqual(['treasurer', 'teller']);
    for (const role of ALL_ROLES) {
      for (const parent of inheritsOf(role)) {
        const inherited = ALL_PERMISSIONS.filter((name) => covers(permissionsOf([parent]), name));
        expect(inherited.filter((name) => !covers(permissionsOf([role]), name))).toEqual([]);
      }
    }
  });

  it.each([['nobody'], ['Sovereign'], ['__proto__'], ['constructor'], ['']])('give nothing to the name %j', (name) => {
    expect(expand([name])).toEqual([]);
    expect(permissionsOf([name])).toEqual([]);
  });

  // Who can do what is decided here: a line that changes is a door that opens or closes.
  it('come to this', () => {
    expect(Object.fromEntries(ALL_ROLES.map((role) => [role, permissionsOf([role])]))).toEqual({
      citizen: [
        'archives:documents:file',
        'archives:documents:read',
        'treasury:accounts:open',
        'treasury:accounts:read',
        'treasury:transfers:create',
        'treasury:transfers:read',
      ],
      teller: ['treasury:accounts:*', 'treasury:transfers:*'],
      treasurer: ['treasury:*'],
      scribe: ['archives:documents:file', 'archives:documents:read'],
      archivist: ['archives:*'],
      auditor: [
        'archives:documents:read',
        'archives:documents:read-any',
        'auth:audit:read',
        'auth:keys:read',
        'auth:roles:read',
        'auth:users:read',
        'treasury:accounts:read',
        'treasury:accounts:read-any',
        'treasury:reports:read',
        'treasury:transfers:read',
      ],
      warden: ['auth:*'],
      sovereign: ['*'],
    });
  });
});

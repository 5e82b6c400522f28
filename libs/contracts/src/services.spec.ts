import { type Contract, sampleOf } from '@citadel/protocol';

import { ACCESS_TABLE } from './access-table.js';
import * as exported from './index.js';
import { AUDIENCE, BUS_LINKS, CONTRACTS, DATABASE_SERVICES, OPERATIONS, SERVICES } from './services.js';

/** What `service()` makes: an object of operations. */
function isContract(value: unknown): value is Contract {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members: unknown[] = Object.values(value);
  return members.length > 0 && members.every((one) => typeof one === 'object' && one !== null && 'http' in one);
}

describe('the register of services', () => {
  // A difference here changes which services a token opens, and which processes are given a database.
  it('makes an audience of every service, and gives a database to those alone that own one', () => {
    expect([...AUDIENCE].sort()).toEqual(Object.keys(SERVICES).sort());
    expect(AUDIENCE).toEqual(expect.arrayContaining(['gateway', 'auth', 'treasury', 'archives']));
    expect(DATABASE_SERVICES).toEqual(expect.arrayContaining(['auth', 'treasury', 'archives']));
    expect(DATABASE_SERVICES).not.toContain('gateway');
  });

  it('has a contract for each service but the gateway', () => {
    const without = Object.entries(SERVICES).filter(([, { contract }]) => contract === null);
    expect(without.map(([name]) => name)).toEqual(['gateway']);
  });
});

describe('what services ask of each other', () => {
  it('never comes back to who asked: a service that waits for itself would wait until its time is over', () => {
    const asked = (name: string): string[] =>
      (BUS_LINKS[name]?.calls ?? []).flatMap((subject) => [
        subject.split('.')[0] ?? '',
        ...asked(subject.split('.')[0] ?? ''),
      ]);
    for (const name of Object.keys(SERVICES)) expect(asked(name)).not.toContain(name);
  });
});

describe('the contracts of the register', () => {
  it('are all that this package exports, so that none is served past the access matrix', () => {
    const contracts = Object.values<unknown>(exported).filter(isContract);
    expect(contracts.map((contract) => Object.values(contract)[0]?.service).sort()).toEqual(
      Object.keys(CONTRACTS).sort(),
    );
  });

  it('have the names of their services', () => {
    for (const [name, contract] of Object.entries<Contract>(CONTRACTS)) {
      expect([...new Set(Object.values(contract).map(({ service }) => service))]).toEqual([name]);
    }
  });

  it('have a row in the access table for every operation, and no other row', () => {
    expect(Object.keys(ACCESS_TABLE).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });
});

describe('a sample request', () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('is taken by %s', (_, operation) => {
    const { params, body } = sampleOf(operation);
    expect(operation.message.safeParse({ ...params, ...body }).error).toBeUndefined();
  });
});

describe('the contracts', () => {
  it('give each operation a subject and an address of its own', () => {
    const subjects = OPERATIONS.map(({ subject }) => subject);
    const addresses = OPERATIONS.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(subjects).size).toBe(OPERATIONS.length);
    expect(new Set(addresses).size).toBe(OPERATIONS.length);
  });

  // A diff here changes what can be reached without a token.
  it('open these to everybody and no other', () => {
    expect(OPERATIONS.filter((one) => one.public).map(({ id }) => id)).toEqual([
      'auth.register',
      'auth.login',
      'auth.refresh',
      'auth.revoke',
      'auth.jwks',
      'auth.metadata',
    ]);
  });

  it.each(OPERATIONS.map((one) => [one.id, one] as const))(
    '%s refuses a field that it does not know',
    (_, { message }) => {
      const { error } = message.safeParse({ grantedRoles: ['sovereign'] });
      expect(error?.issues.filter(({ code }) => code === 'unrecognized_keys')).toMatchObject([
        { keys: ['grantedRoles'] },
      ]);
    },
  );

  it('change nothing by GET', () => {
    expect(OPERATIONS.filter((one) => one.method === 'GET' && one.body)).toEqual([]);
  });

  // PostgreSQL refuses both, and what it refuses is a 500.
  it.each(OPERATIONS.map((one) => [one.id, one] as const))(
    '%s takes no NUL and no half character',
    (_, { message }) => {
      const isRefused = (field: string, value: unknown) =>
        message.safeParse({ [field]: value }).error?.issues.some(({ path }) => path[0] === field) === true;
      const values = ['a\0b', '\ud800'].flatMap((value) => [value, [value]]);
      const taken = Object.keys(message.shape).filter((field) => !values.every((value) => isRefused(field, value)));
      expect(taken).toEqual([]);
    },
  );
});

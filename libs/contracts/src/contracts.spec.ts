import { ACCESS_TABLE } from './access-table.js';
import { CONTRACTS, OPERATIONS } from './contracts.js';
import * as exported from './index.js';
import type { Contract } from './operation.js';
import { sampleOf } from './sample.js';

/** What `service()` makes: an object of operations. */
function isContract(value: unknown): value is Contract {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members: unknown[] = Object.values(value);
  return members.length > 0 && members.every((one) => typeof one === 'object' && one !== null && 'subject' in one);
}

describe('the list of contracts', () => {
  it('has every contract that this package exports, so that none is served past the access matrix', () => {
    const contracts = Object.values<unknown>(exported).filter(isContract);
    expect(contracts.map((contract) => Object.values(contract)[0]?.service).sort()).toEqual(
      Object.keys(CONTRACTS).sort(),
    );
  });

  it('names each by its service', () => {
    for (const [name, contract] of Object.entries<Contract>(CONTRACTS)) {
      expect([...new Set(Object.values(contract).map(({ service }) => service))]).toEqual([name]);
    }
  });

  it('has a row in the access table for every operation, and no other row', () => {
    expect(Object.keys(ACCESS_TABLE).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
  });
});

describe('a sample request', () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('is taken by %s', (_, operation) => {
    const { params, body } = sampleOf(operation);
    expect(operation.message.safeParse({ ...params, ...body }).error).toBeUndefined();
  });
});

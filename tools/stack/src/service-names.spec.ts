import { DATABASE_SERVICES } from '@citadel/contracts';
import { databaseServices } from '@citadel/database';

import { databaseNameOf } from './service-names.js';

describe('the database of a service', () => {
  it('has a name that SQL takes without quotes', () => {
    expect([databaseNameOf('treasury'), databaseNameOf('in-two-words' as 'treasury')]).toEqual([
      'citadel_treasury',
      'citadel_in_two_words',
    ]);
  });

  it('has migrations for each service of the register that owns one', () => {
    expect(databaseServices()).toEqual([...DATABASE_SERVICES].sort());
  });
});

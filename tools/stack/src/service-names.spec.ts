import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CONTRACTS } from '@citadel/contracts';

import { DATABASE_SERVICES, SERVICES } from './service-names.js';
import { REPOSITORY } from './stack-home.js';

const foldersOf = (name: string) =>
  readdirSync(path.join(REPOSITORY, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
// The gateway serves what the others have, and has neither a contract nor a database.
const withGateway = (names: readonly string[]) => [...names, 'gateway'].sort();

describe('the services that a stack starts', () => {
  it('are the folders in apps/', () => {
    expect([...SERVICES].sort()).toEqual(foldersOf('apps'));
  });

  it('are those with a contract, so that none is left out of the access matrix', () => {
    expect([...SERVICES].sort()).toEqual(withGateway(Object.keys(CONTRACTS)));
  });

  it('have a database each, with migrations of its own', () => {
    expect(withGateway(DATABASE_SERVICES)).toEqual([...SERVICES].sort());
    expect([...DATABASE_SERVICES].sort()).toEqual(foldersOf('prisma'));
  });
});

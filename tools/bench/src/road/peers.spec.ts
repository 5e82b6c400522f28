import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGES } from './peers.js';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../../../..', file), 'utf8');

const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string } | undefined> };

/** The text of the statement that a source file reads an account with. */
const statementOf = (file: string) => /^const ACCOUNT = `([^`]+)`;$/m.exec(read(file))?.[1];

describe('the packages of the peers', () => {
  it('have the versions that ours runs on, but for better-auth, which ours does not use', () => {
    const { 'better-auth': _, ...shared } = PACKAGES;
    const ours = Object.keys(shared).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(ours)).toEqual(shared);
  });
});

describe('the statement of the peers', () => {
  it('is the one that the treasury reads an account with', () => {
    const ours = statementOf('apps/treasury/src/accounts/accounts.service.ts');
    expect(ours).toContain('SELECT id, owner_id');
    expect(statementOf('tools/bench/src/road/peers/accounts.ts')).toBe(ours);
  });
});

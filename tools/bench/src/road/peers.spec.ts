import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PACKAGES } from './peers.js';

const lock = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../../package-lock.json'), 'utf8')) as {
  packages: Record<string, { version: string } | undefined>;
};

describe('the packages of the peers', () => {
  it('have the versions that ours runs on, but for better-auth, which ours does not use', () => {
    const { 'better-auth': _, ...shared } = PACKAGES;
    const ours = Object.keys(shared).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(ours)).toEqual(shared);
  });
});

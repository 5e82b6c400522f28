import { existsSync } from 'node:fs';

import TestSequencer from '@jest/test-sequencer';

/**
 * Suites that take half a minute and more, longest first. Jest knows how long suites took in earlier runs of the same
 * clone; in a fresh one it goes by the size of files, and one of these would be last, with the other worker idle.
 */
const LONG = [
  'test/siege.spec.ts',
  'apps/auth/src/administration/administration.model.spec.ts',
  'test/emergencies.spec.ts',
  'test/access-matrix.spec.ts',
  'test/failure-table.spec.ts',
  'test/secrets-rotation.spec.ts',
  'test/faults.spec.ts',
];

for (const suite of LONG)
  if (!existsSync(new URL(`../../${suite}`, import.meta.url)))
    throw new Error(`${suite} is gone or has another name: correct LONG in test/run/longest-first.js`);

const placeOf = ({ path }) => {
  const place = LONG.findIndex((suite) => path.endsWith(suite));
  return place < 0 ? LONG.length : place;
};

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
}

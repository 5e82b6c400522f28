import { mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { complete } from './postgres-binaries.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-postgres-'));
  for (const part of ['bin', 'lib']) mkdirSync(path.join(folder, part));
  for (const program of ['postgres', 'initdb']) writeFileSync(path.join(folder, 'bin', program), '', { mode: 0o644 });
  writeFileSync(path.join(folder, 'lib/libpq.so.5.18'), 'library');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(path.join(folder, 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('completes programs whose install script did not run, in whatever folder they are', () => {
  expect(complete(folder)).toBe(true);
  expect(readlinkSync(path.join(folder, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
  expect(statSync(path.join(folder, 'bin/postgres')).mode & 0o555).toBe(0o555);
  expect(complete(folder)).toBe(true);
});

it('tells when they cannot be completed', () => {
  rmSync(path.join(folder, 'bin/initdb'));
  expect(complete(folder)).toBe(false);
});

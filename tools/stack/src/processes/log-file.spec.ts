import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { LogFile } from './log-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('begins a new file at every start and keeps the one before', () => {
  for (const run of ['first', 'second']) {
    const log = new LogFile(folder, 'auth');
    writeSync(log.open(), `${run}\n`);
    log.close();
  }
  expect(readFileSync(path.join(folder, 'auth.log'), 'utf8')).toBe('second\n');
  expect(readFileSync(path.join(folder, 'auth.log.1'), 'utf8')).toBe('first\n');
  expect(statSync(path.join(folder, 'auth.log')).mode & 0o777).toBe(0o600);
});

it('cuts a file that has grown too large, and the writer goes on at its new end', () => {
  const log = new LogFile(folder, 'auth', 10);
  const descriptor = log.open();
  writeSync(descriptor, 'more than ten characters\n');
  log.rotateIfLarge();
  writeSync(descriptor, 'short\n');
  log.rotateIfLarge();
  expect(readFileSync(log.file, 'utf8')).toBe('short\n');
  expect(readFileSync(`${log.file}.1`, 'utf8')).toBe('more than ten characters\n');
  log.close();
});

it('gives the last lines', () => {
  const log = new LogFile(folder, 'auth');
  expect(log.lastLines(2)).toEqual([]);
  writeSync(log.open(), 'one\ntwo\nthree\n');
  expect(log.lastLines(2)).toEqual(['two', 'three']);
  log.close();
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findNatsServer, isNewEnough } from './nats-server-binary.js';
import { requireChecksum } from './nats-release.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-binary-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(place: string, says: string): string {
  const file = path.join(folder, place, 'nats-server');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(file, 0o755);
  return file;
}

function find(search: { given?: string; said?: string[] }) {
  const { given, said = [] } = search;
  const searchPath = ['one', 'two'].map((place) => path.join(folder, place)).join(path.delimiter);
  return findNatsServer({ given, searchPath, cacheFolder: path.join(folder, 'cache'), log: (line) => said.push(line) });
}

describe('the search for nats-server', () => {
  it('takes the one that is given before any other', async () => {
    program('one', 'nats-server: v2.12.0');
    const given = program('given', 'nats-server: v2.10.0');
    expect(await find({ given })).toBe(given);
  });

  it('does not look further when the one that is given is of no use', async () => {
    program('one', 'nats-server: v2.12.0');
    await expect(find({ given: path.join(folder, 'missing') })).rejects.toThrow(
      /is not a nats-server that can run here/,
    );
    await expect(find({ given: program('given', 'nats-server: v2.9.9') })).rejects.toThrow(
      /2\.9\.9; 2\.9\.10 or newer/,
    );
  });

  it('takes the first in PATH that is new enough, and says what it passes over', async () => {
    program('one', 'nats-server: v2.8.4');
    const second = program('two', 'nats-server: v2.9.10');
    program('cache', 'nats-server: v2.12.0');
    const said: string[] = [];
    expect(await find({ said })).toBe(second);
    expect(said).toEqual([expect.stringMatching(/one\/nats-server is nats-server 2\.8\.4, older than 2\.9\.10/)]);
  });

  it('takes the one in the cache when PATH has none', async () => {
    const cached = program('cache', 'nats-server: v2.12.0');
    expect(await find({})).toBe(cached);
  });

  it.each([
    ['2.9.9', false],
    ['2.9.10', true],
    ['2.10.0', true],
    ['2.8.99', false],
    ['3.0.0', true],
    ['1.99.99', false],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

it('refuses an archive that is not the one that was pinned', () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  expect(() => requireChecksum(new Uint8Array(), empty)).not.toThrow();
  expect(() => requireChecksum(new Uint8Array([0]), empty)).toThrow(/it is not used/);
});

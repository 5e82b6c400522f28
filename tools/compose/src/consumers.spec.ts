import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { prepareSecrets, type Secrets } from '@citadel/stack/secrets';

import { filesOfConsumers } from './consumers.js';

let folder: string;
let secrets: Secrets;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'citadel-consumers-'));
  secrets = await prepareSecrets(folder);
});

afterAll(() => rm(folder, { recursive: true }));

/** The containers in whose files a text stands. */
function readersOf(text: string): string[] {
  return Object.entries(filesOfConsumers(secrets))
    .filter(([, files]) => Object.values(files).some((content) => content.includes(text.trim())))
    .map(([consumer]) => consumer)
    .sort();
}

describe('secrets of the containers', () => {
  it('show each NKey to its own process alone', () => {
    for (const service of ['gateway', 'auth', 'treasury', 'archives'] as const) {
      expect([service, readersOf(secrets.nkeys[service].seed.text)]).toEqual([service, [service]]);
    }
  });

  it('show a database password to its service alone, and the one that may change tables to the migrations alone', () => {
    for (const service of ['auth', 'treasury', 'archives'] as const) {
      expect([service, readersOf(secrets.databasePasswords[service].text)]).toEqual([service, [service]]);
      expect([service, readersOf(secrets.migratorPasswords[service].text)]).toEqual([service, ['migrate']]);
    }
    expect(readersOf(secrets.databaseAdminPassword.text)).toEqual(['postgres']);
  });

  it('show the keys of tokens to auth alone', () => {
    expect(readersOf(secrets.keyEncryptionKey.text)).toEqual(['auth']);
    expect(readersOf(secrets.refreshTokenKey.text)).toEqual(['auth']);
    expect(readersOf(secrets.keySetKey.private.text)).toEqual(['auth']);
  });

  it('show what verifies keys and revocations to every process, and to nobody else', () => {
    const processes = ['archives', 'auth', 'gateway', 'treasury'];
    expect(readersOf(secrets.keySetKey.public.text)).toEqual(processes);
    expect(readersOf(secrets.revocationKey.text)).toEqual(processes);
  });

  it('show a certificate’s key to its server alone, and the authority’s key to nobody', async () => {
    for (const server of ['gateway', 'nats', 'postgres'] as const) {
      const key = await readFile(secrets.certificates[server].key, 'utf8');
      expect([server, readersOf(key)]).toEqual([server, [server]]);
    }
    expect(readersOf(await readFile(path.join(folder, 'ca.key'), 'utf8'))).toEqual([]);
  });

  it('show the demo users’ passwords to the seed alone', () => {
    for (const { password } of secrets.users) expect(readersOf(password)).toEqual(['users']);
  });
});

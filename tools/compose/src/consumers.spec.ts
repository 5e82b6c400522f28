import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DATABASE_SERVICES, SERVICE_NAMES } from '@citadel/contracts';
import { KEYS, prepareSecrets, type Secrets } from '@citadel/stack/secrets';

import { filesOfConsumers } from './consumers.js';

const composeFile = await readFile(path.resolve(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
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
    for (const service of SERVICE_NAMES) {
      expect([service, readersOf(secrets.nkeys[service].seed.text)]).toEqual([service, [service]]);
    }
    expect(readersOf(secrets.nkeys.publisher.seed.text)).toEqual(['auth']);
  });

  it('show a database password to its service alone, and the one that may change tables to the migrations alone', () => {
    for (const service of DATABASE_SERVICES) {
      expect([service, readersOf(secrets.databasePasswords[service].text)]).toEqual([service, [service]]);
      expect([service, readersOf(secrets.migratorPasswords[service].text)]).toEqual([service, ['migrate']]);
    }
    expect(readersOf(secrets.databaseAdminPassword.text)).toEqual(['postgres']);
  });

  it('show the keys of tokens to auth alone', () => {
    expect(readersOf(secrets.keys.keyEncryptionKey.text)).toEqual(['auth']);
    expect(readersOf(secrets.keys.refreshTokenKey.text)).toEqual(['auth']);
  });

  it.each(Object.values(KEYS))(
    'show $file to those that the table names, which find it',
    ({ file, variable, readers }) => {
      const key = Object.values(secrets.keys).find(({ path: place }) => place.endsWith(file));
      expect(readersOf(key?.text ?? '')).toEqual([...readers].sort());
      expect(composeFile).toContain(`${variable}_FILE: /run/citadel/${path.basename(file)}\n`);
    },
  );

  it('are there under every name by which docker-compose.yml asks for one', () => {
    const known = Object.values(filesOfConsumers(secrets)).flatMap((files) => Object.keys(files));
    const asked = [...composeFile.matchAll(/_FILE: \/run\/citadel(?:-users)?\/(\S+)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => name === undefined || !known.includes(name))).toEqual([]);
  });

  it('show a certificate’s key to its server alone, and the authority’s key to no container', async () => {
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

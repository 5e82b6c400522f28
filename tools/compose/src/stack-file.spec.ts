import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { writeStackFile } from './stack-file.js';

describe('writeStackFile', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'citadel-stack-file-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('writes where this machine reaches the containers, for its owner alone', async () => {
    const users = [{ email: 'teller@citadel.test', password: 'a password', roles: ['teller'] }];
    const description = {
      ca: 'a certificate',
      users,
      keyEncryptionKey: 'a key',
      nkeySeeds: { auth: 'a seed' },
      databases: { auth: 'postgresql://citadel_auth:p%40ss@postgres:5432/citadel_auth' },
      migratorDatabases: { auth: 'postgresql://citadel_auth_migrator:pass@postgres:5432/citadel_auth' },
    };
    const addresses = { gateway: 'https://localhost:40001', nats: '127.0.0.1:40002', postgres: '127.0.0.1:40003' };

    const file = await writeStackFile(folder, description, addresses);

    const ca = path.join(folder, 'ca.pem');
    const seed = path.join(folder, 'auth.seed');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      gateway: 'https://localhost:40001',
      ca,
      users,
      processes: [],
      nats: { url: 'tls://127.0.0.1:40002', ca, nkeySeeds: { auth: seed } },
      databases: { auth: 'postgresql://citadel_auth:p%40ss@127.0.0.1:40003/citadel_auth' },
      migratorDatabases: { auth: 'postgresql://citadel_auth_migrator:pass@127.0.0.1:40003/citadel_auth' },
    });
    expect(await readFile(ca, 'utf8')).toBe('a certificate');
    expect(await readFile(seed, 'utf8')).toBe('a seed');
    const sealing = path.join(folder, 'auth/key-encryption.key');
    expect(await readFile(sealing, 'utf8')).toBe('a key');
    for (const one of [file, ca, seed, sealing]) expect((await stat(one)).mode & 0o777).toBe(0o600);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ALL_ROLES, DATABASE_SERVICES, SERVICE_NAMES } from '@citadel/contracts';

import { prepareSecrets } from './prepare-secrets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const filesIn = (place: string) => readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();

describe('prepareSecrets', () => {
  it('makes everything once and keeps it', async () => {
    const first = await prepareSecrets(folder);
    const texts = filesIn(folder).map((file) => [file, statSync(path.join(folder, file)).mtimeMs]);
    const second = await prepareSecrets(folder);
    expect(second).toEqual(first);
    const unchanged = filesIn(folder).map((file) => [file, statSync(path.join(folder, file)).mtimeMs]);
    // The users' file is written again, with the same users.
    const without = (list: typeof texts) => list.filter(([file]) => file !== 'users.json');
    expect(without(unchanged)).toEqual(without(texts));
  });

  it('gives each service an identity and a login of its own, hard to guess', async () => {
    const { nkeys, databasePasswords, migratorPasswords, databaseAdminPassword, keys } = await prepareSecrets(folder);
    const publicKeys = Object.values(nkeys).map(({ publicKey }) => publicKey);
    expect(new Set(publicKeys).size).toBe(SERVICE_NAMES.length + 1);
    for (const key of publicKeys) expect(key).toMatch(/^U[A-Z2-7]{55}$/);
    for (const { seed } of Object.values(nkeys)) expect(seed.text).toMatch(/^SU[A-Z2-7]{56}$/);
    const passwords = [
      databaseAdminPassword,
      ...Object.values(databasePasswords),
      ...Object.values(migratorPasswords),
    ].map(({ text }) => text);
    expect(new Set(passwords).size).toBe(2 * DATABASE_SERVICES.length + 1);
    for (const password of passwords) expect(password.length).toBeGreaterThanOrEqual(20);
    expect(Buffer.from(keys.keyEncryptionKey.text, 'base64')).toHaveLength(32);
    expect(keys.refreshTokenKey.text).not.toBe(keys.keyEncryptionKey.text);
  });

  it('lets its owner alone read a secret', async () => {
    await prepareSecrets(folder);
    for (const file of filesIn(folder)) {
      const { mode } = statSync(path.join(folder, file));
      const isPublic = file.endsWith('.pem');
      expect([file, mode & 0o077]).toEqual([file, isPublic ? 0o044 : 0]);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('has a demo user for each role, and adds one for a role that came later', async () => {
    const { users, usersFile } = await prepareSecrets(folder);
    expect(users.map(({ email, roles }) => [email, roles])).toEqual(
      ALL_ROLES.map((role) => [`${role}@citadel.test`, [role]]),
    );
    writeFileSync(usersFile, JSON.stringify(users.slice(1)));
    const again = await prepareSecrets(folder);
    expect(again.users.slice(1)).toEqual(users.slice(1));
    expect(again.users[0]?.password).not.toBe(users[0]?.password);
    expect(JSON.parse(readFileSync(usersFile, 'utf8'))).toEqual(again.users);
  });
});

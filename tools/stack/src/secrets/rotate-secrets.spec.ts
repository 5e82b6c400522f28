import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { prepareSecrets } from './prepare-secrets.js';
import { retirePredecessor, retirePredecessors, rotateSecrets } from './rotate-secrets.js';
import { ALL_SECRETS, DATABASE_ADMIN_PASSWORD, KEYS } from './secret-table.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'citadel-rotation-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (file: string) => readFileSync(path.join(folder, file), 'utf8').trim();
const afterwards = (hours: number) => new Date(Date.now() + hours * 3_600_000);

describe('a rotation of secrets', () => {
  it('replaces every secret of the table and every certificate, and keeps the authority and the demo users', async () => {
    const replaced = [...ALL_SECRETS.map(({ file }) => file), 'gateway.key', 'nats.key', 'postgres.pem'];
    const kept = ['ca.pem', 'ca.key', 'users.json'];
    await prepareSecrets(folder);
    const before = new Map([...replaced, ...kept].map((file) => [file, textOf(file)]));

    rotateSecrets(folder);
    await prepareSecrets(folder);
    expect(replaced.filter((file) => textOf(file) === before.get(file))).toEqual([]);
    expect(kept.filter((file) => textOf(file) !== before.get(file))).toEqual([]);
  });

  it('keeps the predecessors of keys that something was made with', async () => {
    const before = await prepareSecrets(folder);
    rotateSecrets(folder);
    const { keys, databaseAdminPassword } = await prepareSecrets(folder);

    for (const name of ['keyEncryptionKey', 'refreshTokenKey'] as const) {
      expect(keys[name].previous?.text).toBe(before.keys[name].text);
    }
    expect(databaseAdminPassword.previous?.text).toBe(before.databaseAdminPassword.text);
    expect(keys.revocationKey.text.split('\n')[1]).toBe(before.keys.revocationKey.text);
    // Its own new half comes first, so that what is signed from now on verifies.
    const [own = '', ...others] = keys.keySetPublicKey.text.split(/(?=-----BEGIN)/).map((pem) => pem.trim());
    const half = createPublicKey(keys.keySetPrivateKey.text).export({ format: 'pem', type: 'spki' });
    expect([own, others]).toEqual([String(half).trim(), [before.keys.keySetPublicKey.text]]);
  });

  it('is refused until the one before is finished', async () => {
    await prepareSecrets(folder);
    rotateSecrets(folder);
    const rotated = ALL_SECRETS.map(({ file }) => textOf(file));
    expect(() => rotateSecrets(folder)).toThrow(/^The last rotation is not finished, .*auth\/key-encryption\.key/);
    expect(ALL_SECRETS.map(({ file }) => textOf(file))).toEqual(rotated);
  });

  it('is finished when what was sealed has been sealed again, and two hours have passed', async () => {
    await prepareSecrets(folder);
    rotateSecrets(folder);
    retirePredecessors(folder, afterwards(1));
    expect((await prepareSecrets(folder)).keys.refreshTokenKey.previous).toBeDefined();

    retirePredecessors(folder, afterwards(3));
    const { keys } = await prepareSecrets(folder);
    expect(keys.refreshTokenKey.previous).toBeUndefined();
    expect(keys.revocationKey.text).not.toContain('\n');
    expect(keys.keySetPublicKey.text.match(/BEGIN/g)).toHaveLength(1);
    // However late it is: without it the signing keys would be lost.
    expect(keys.keyEncryptionKey.previous).toBeDefined();
    expect(() => rotateSecrets(folder)).toThrow('not finished');

    retirePredecessor(folder, KEYS.keyEncryptionKey);
    retirePredecessor(folder, DATABASE_ADMIN_PASSWORD);
    rotateSecrets(folder);
  });
});

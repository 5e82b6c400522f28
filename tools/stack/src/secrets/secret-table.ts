import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { DATABASE_SERVICES, SERVICE_NAMES, type ServiceName } from '@citadel/contracts';
import { createUser } from '@nats-io/nkeys';

import { forEachOf, NATS_USERS } from '../service-names.js';
import { randomPassword } from './demo-users.js';

/** A secret in a file below the folder of the secrets: made once, kept, and replaced by a rotation. */
export interface SecretRow {
  readonly file: string;
  /** @param folder - of the secrets, where the rows above this one are made already */
  readonly make: (folder: string) => string;
  /**
   * Where the one before is kept after a rotation:
   *
   * - `none`: nowhere, because everything that knows it is told the new one at the same time
   * - `behind`: in the same file, after the new one, until what was made with it is over
   * - `apart`: in `<file>.previous`, which `<variable>_PREVIOUS_FILE` names, for as long
   * - `until replaced`: in `<file>.previous`, until whatever depends on it has been changed to the new one
   */
  readonly predecessor: 'none' | 'behind' | 'apart' | 'until replaced';
}

/** A key that services read from the file that `<variable>_FILE` names. */
export interface KeyRow extends SecretRow {
  readonly variable: string;
  readonly readers: readonly ServiceName[];
}

/** A row here is all that a new key needs: the stack, the containers and the rotation follow it. */
export const KEYS = keyTable({
  keyEncryptionKey: {
    file: 'auth/key-encryption.key',
    make: randomKey,
    variable: 'AUTH_KEY_ENCRYPTION_KEY',
    readers: ['auth'],
    predecessor: 'until replaced',
  },
  refreshTokenKey: {
    file: 'auth/refresh-token.key',
    make: randomKey,
    variable: 'AUTH_REFRESH_TOKEN_KEY',
    readers: ['auth'],
    predecessor: 'apart',
  },
  // Auth signs the key set that it publishes; every process verifies it.
  keySetPrivateKey: {
    file: 'auth/key-set.key',
    make: ed25519Key,
    variable: 'AUTH_KEY_SET_PRIVATE_KEY',
    readers: ['auth'],
    predecessor: 'none',
  },
  keySetPublicKey: {
    file: 'key-set.pub',
    make: (folder) => publicHalfOf(path.join(folder, 'auth/key-set.key')),
    variable: 'KEY_SET_PUBLIC_KEY',
    readers: SERVICE_NAMES,
    predecessor: 'behind',
  },
  // Authenticates revocations.
  revocationKey: {
    file: 'revocation.key',
    make: randomKey,
    variable: 'REVOCATION_KEY',
    readers: SERVICE_NAMES,
    predecessor: 'behind',
  },
});

export type KeyName = keyof typeof KEYS;

/** The names of the keys that a service reads. */
export function keysFor(service: ServiceName): KeyName[] {
  // The table has its own names and no others.
  return (Object.keys(KEYS) as KeyName[]).filter((name) => KEYS[name].readers.includes(service));
}

/** What each user of NATS proves itself with. */
export const NKEYS = forEachOf(NATS_USERS, (user): SecretRow => ({
  file: `nkeys/${user}.seed`,
  make: nkeySeed,
  predecessor: 'none',
}));

/** Of the login that each service has at run time. */
export const DATABASE_PASSWORDS = forEachOf(DATABASE_SERVICES, (service): SecretRow => ({
  file: `databases/${service}.password`,
  make: randomPassword,
  predecessor: 'none',
}));

/** Of the logins that change the tables; no service has one. */
export const MIGRATOR_PASSWORDS = forEachOf(DATABASE_SERVICES, (service): SecretRow => ({
  file: `databases/${service}-migrator.password`,
  make: randomPassword,
  predecessor: 'none',
}));

/** Of PostgreSQL's superuser, which only the stack itself uses. */
export const DATABASE_ADMIN_PASSWORD: SecretRow = {
  file: 'databases/admin.password',
  make: randomPassword,
  predecessor: 'until replaced',
};

/** Every secret but certificates, which have an age of their own, and the demo users. */
export const ALL_SECRETS: readonly SecretRow[] = [
  ...Object.values(KEYS),
  ...Object.values(NKEYS),
  ...Object.values(DATABASE_PASSWORDS),
  ...Object.values(MIGRATOR_PASSWORDS),
  DATABASE_ADMIN_PASSWORD,
];

/** The names survive, and each row is a row. */
function keyTable<Name extends string>(rows: Record<Name, KeyRow>): Readonly<Record<Name, KeyRow>> {
  return rows;
}

function randomKey(): string {
  return randomBytes(32).toString('base64');
}

function ed25519Key(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().trim();
}

function publicHalfOf(file: string): string {
  return createPublicKey(readFileSync(file, 'utf8')).export({ format: 'pem', type: 'spki' }).toString().trim();
}

function nkeySeed(): string {
  return new TextDecoder().decode(createUser().getSeed());
}

import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import path from 'node:path';

import { createUser, fromSeed } from '@nats-io/nkeys';

import {
  DATABASE_SERVICES,
  forEachOf,
  SERVICES,
  TLS_SERVERS,
  type DatabaseServiceName,
  type ServiceName,
  type TlsServerName,
} from '../service-names.js';
import { openAuthority } from './certificate-authority.js';
import { keepDemoUsers, randomPassword, type DemoUser } from './demo-users.js';
import { keepSecret, privateFolder, type SecretFile } from './private-files.js';
import { keepServerCertificate, type CertificateFiles } from './server-certificates.js';

export interface Secrets {
  /** The certificate (PEM file) that clients trust. */
  readonly ca: string;
  /** PEM files of each server. */
  readonly certificates: Readonly<Record<TlsServerName, CertificateFiles>>;
  readonly nkeys: Readonly<Record<ServiceName, { readonly seed: SecretFile; readonly publicKey: string }>>;
  readonly databasePasswords: Readonly<Record<DatabaseServiceName, SecretFile>>;
  /** Of the logins that change the tables; no service has one. */
  readonly migratorPasswords: Readonly<Record<DatabaseServiceName, SecretFile>>;
  /** Of PostgreSQL's superuser, which only the stack itself uses. */
  readonly databaseAdminPassword: SecretFile;
  readonly keyEncryptionKey: SecretFile;
  readonly refreshTokenKey: SecretFile;
  /** Ed25519 in PEM: auth signs the key set that it publishes, every process verifies it. */
  readonly keySetKey: { readonly private: SecretFile; readonly public: SecretFile };
  /** Authenticates revocations; every process has it. */
  readonly revocationKey: SecretFile;
  /** JSON as SEED_USERS wants it. */
  readonly usersFile: string;
  readonly users: readonly DemoUser[];
}

export interface SecretsOptions {
  /** Names beside localhost, 127.0.0.1 and ::1 under which a server is reached. */
  readonly hostnames?: Partial<Record<TlsServerName, readonly string[]>>;
  readonly now?: Date;
}

/**
 * Makes every secret that a stack needs, once: what is in the folder already is kept, certificates are renewed in time.
 *
 * Layout: `ca.pem`, `ca.key`, `<server>.pem`, `<server>.key`, `nkeys/<service>.seed`, `databases/<service>.password`,
 * `databases/<service>-migrator.password`, `databases/admin.password`, `auth/key-encryption.key`,
 * `auth/refresh-token.key`, `auth/key-set.key`, `key-set.pub`, `revocation.key`, `users.json`.
 */
export async function prepareSecrets(
  folder: string,
  { hostnames = {}, now = new Date() }: SecretsOptions = {},
): Promise<Secrets> {
  privateFolder(folder);
  for (const part of ['nkeys', 'databases', 'auth']) privateFolder(path.join(folder, part));
  const ca = path.join(folder, 'ca.pem');
  const authority = await openAuthority(ca, path.join(folder, 'ca.key'), now);
  const certificates = forEachOf(TLS_SERVERS, (server) => ({
    certificate: path.join(folder, `${server}.pem`),
    key: path.join(folder, `${server}.key`),
  }));
  for (const server of TLS_SERVERS) {
    const names = hostnames[server] ?? [];
    await keepServerCertificate(authority, certificates[server], {
      commonName: `citadel ${server}`,
      hostnames: names,
      now,
    });
  }
  const usersFile = path.join(folder, 'users.json');
  return {
    ca,
    certificates,
    nkeys: forEachOf(SERVICES, (service) => keepNkey(path.join(folder, 'nkeys', `${service}.seed`))),
    databasePasswords: forEachOf(DATABASE_SERVICES, (service) => keepPassword(folder, service)),
    migratorPasswords: forEachOf(DATABASE_SERVICES, (service) => keepPassword(folder, `${service}-migrator`)),
    databaseAdminPassword: keepPassword(folder, 'admin'),
    keyEncryptionKey: keepSecret(path.join(folder, 'auth/key-encryption.key'), randomKey),
    refreshTokenKey: keepSecret(path.join(folder, 'auth/refresh-token.key'), randomKey),
    keySetKey: keepKeySetKey(folder),
    revocationKey: keepSecret(path.join(folder, 'revocation.key'), randomKey),
    usersFile,
    users: keepDemoUsers(usersFile),
  };
}

function keepPassword(folder: string, login: string): SecretFile {
  return keepSecret(path.join(folder, 'databases', `${login}.password`), randomPassword);
}

function randomKey(): string {
  return randomBytes(32).toString('base64');
}

function keepKeySetKey(folder: string): Secrets['keySetKey'] {
  const secret = keepSecret(path.join(folder, 'auth/key-set.key'), () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().trim(),
  );
  const file = keepSecret(path.join(folder, 'key-set.pub'), () =>
    createPublicKey(secret.text).export({ format: 'pem', type: 'spki' }).toString().trim(),
  );
  return { private: secret, public: file };
}

function keepNkey(file: string): { seed: SecretFile; publicKey: string } {
  const seed = keepSecret(file, () => new TextDecoder().decode(createUser().getSeed()));
  return { seed, publicKey: publicKeyOf(seed.text) };
}

/** The part of an NKey that a NATS server needs to know. */
export function publicKeyOf(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}

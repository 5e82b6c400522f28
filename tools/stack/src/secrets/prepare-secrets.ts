import path from 'node:path';

import { DATABASE_SERVICES, type DatabaseServiceName } from '@citadel/contracts';
import { fromSeed } from '@nats-io/nkeys';

import { forEachOf, NATS_USERS, TLS_SERVERS, type NatsUser, type TlsServerName } from '../service-names.js';
import { openAuthority } from './certificate-authority.js';
import { keepDemoUsers, type DemoUser } from './demo-users.js';
import { keepSecret, privateFolder, readSecret, type SecretFile } from './private-files.js';
import {
  ALL_SECRETS,
  DATABASE_ADMIN_PASSWORD,
  DATABASE_PASSWORDS,
  KEYS,
  MIGRATOR_PASSWORDS,
  NKEYS,
  type KeyName,
  type SecretRow,
} from './secret-table.js';
import { keepServerCertificate, type CertificateFiles } from './server-certificates.js';

/** A secret, and the one before while a rotation is not finished. */
interface RotatedSecret extends SecretFile {
  readonly previous: SecretFile | undefined;
}

export interface Secrets {
  /** Where all of them are. */
  readonly folder: string;
  /** The certificate (PEM file) that clients trust. */
  readonly ca: string;
  /** PEM files of each server. */
  readonly certificates: Readonly<Record<TlsServerName, CertificateFiles>>;
  readonly nkeys: Readonly<Record<NatsUser, { readonly seed: SecretFile; readonly publicKey: string }>>;
  readonly databasePasswords: Readonly<Record<DatabaseServiceName, SecretFile>>;
  /** Of the logins that change the tables; no service has one. */
  readonly migratorPasswords: Readonly<Record<DatabaseServiceName, SecretFile>>;
  /** Of PostgreSQL's superuser, which only the stack itself uses. */
  readonly databaseAdminPassword: RotatedSecret;
  readonly keys: Readonly<Record<KeyName, RotatedSecret>>;
  /** JSON as SEED_USERS wants it. */
  readonly usersFile: string;
  readonly users: readonly DemoUser[];
}

export interface SecretsOptions {
  /** Names in addition to localhost, 127.0.0.1 and ::1 under which a server is reached. */
  readonly hostnames?: Partial<Record<TlsServerName, readonly string[]>>;
  readonly now?: Date;
}

/**
 * Makes every secret that a stack needs, once: what is in the folder already is kept, certificates are renewed in time.
 *
 * Layout: `ca.pem`, `ca.key`, `<server>.pem`, `<server>.key`, `users.json`, and the files of the table of secrets.
 */
export async function prepareSecrets(
  folder: string,
  { hostnames = {}, now = new Date() }: SecretsOptions = {},
): Promise<Secrets> {
  privateFolder(folder);
  for (const { file } of ALL_SECRETS) privateFolder(path.dirname(path.join(folder, file)));
  const keep = ({ file, make }: SecretRow): RotatedSecret => {
    const secret = keepSecret(path.join(folder, file), () => make(folder));
    return { ...secret, previous: readSecret(`${secret.path}.previous`) };
  };
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
    folder,
    ca,
    certificates,
    nkeys: forEachOf(NATS_USERS, (user) => {
      const seed = keep(NKEYS[user]);
      return { seed, publicKey: publicKeyOf(seed.text) };
    }),
    databasePasswords: forEachOf(DATABASE_SERVICES, (service) => keep(DATABASE_PASSWORDS[service])),
    migratorPasswords: forEachOf(DATABASE_SERVICES, (service) => keep(MIGRATOR_PASSWORDS[service])),
    databaseAdminPassword: keep(DATABASE_ADMIN_PASSWORD),
    // The table has its own names and no others.
    keys: forEachOf(Object.keys(KEYS) as KeyName[], (name) => keep(KEYS[name])),
    usersFile,
    users: keepDemoUsers(usersFile),
  };
}

/** The part of an NKey that a NATS server needs to know. */
export function publicKeyOf(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What only the containers' volumes know. */
export interface Description {
  /** PEM of the certificate authority. */
  readonly ca: string;
  readonly users: readonly { readonly email: string; readonly password: string; readonly roles: readonly string[] }[];
  /** Seals the signing keys. The stories sign with the very key that the containers trust. */
  readonly keyEncryptionKey: string;
  readonly nkeySeeds: Readonly<Record<string, string>>;
  /** Connection URLs as the services have them. */
  readonly databases: Readonly<Record<string, string>>;
  /** The same for those who change the tables. */
  readonly migratorDatabases: Readonly<Record<string, string>>;
}

/** Where this machine reaches the containers; `host:port` for the two servers. */
export interface Addresses {
  readonly gateway: string;
  readonly nats: string;
  readonly postgres: string;
}

/** Writes what `npm start` writes about its stack, for the containers. @returns the file's path */
export async function writeStackFile(folder: string, description: Description, addresses: Addresses): Promise<string> {
  const keep = async (name: string, text: string) => {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  const ca = await keep('ca.pem', description.ca);
  await keep('auth/key-encryption.key', description.keyEncryptionKey);
  const seeds = Object.entries(description.nkeySeeds).map(
    async ([service, seed]) => [service, await keep(`${service}.seed`, seed)] as const,
  );
  const reachable = (urls: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(urls).map(([service, url]) => [service, withHost(url, addresses.postgres)]));
  const stack = {
    gateway: addresses.gateway,
    ca,
    users: description.users,
    processes: [],
    nats: { url: `tls://${addresses.nats}`, ca, nkeySeeds: Object.fromEntries(await Promise.all(seeds)) },
    databases: reachable(description.databases),
    migratorDatabases: reachable(description.migratorDatabases),
  };
  return keep('stack.json', JSON.stringify(stack, undefined, 2));
}

function withHost(url: string, host: string): string {
  const changed = new URL(url);
  changed.host = host;
  return changed.href;
}

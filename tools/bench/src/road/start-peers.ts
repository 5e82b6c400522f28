import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectionOf } from '@citadel/platform/database';
import type { StackDescription } from '@citadel/stack';

import { Gateway } from '../gateway.js';
import { installPeers } from '../peers.js';
import type { Account } from './accounts.js';
import type { Contender } from './contender.js';
import { credentialOf } from './peer-credentials.js';
import { startPeerNats } from './peer-nats.js';
import type { PeerPrograms } from './peer-programs.js';
import { PACKAGES, PEERS } from './peers.js';
import type { PeerSettings } from './peers/settings.js';
import { storeSession } from './session-row.js';

/** What the peers have in common. */
interface Ground {
  /** The stack whose PostgreSQL and certificates they use. */
  readonly stack: StackDescription;
  readonly accounts: readonly Account[];
  /** The claims of one of our own access tokens. */
  readonly claims: object;
  /** A folder for configuration. */
  readonly folder: string;
}

/** Copies the programs of the peers to where their packages are. @returns that folder */
export function installPrograms(): string {
  const folder = path.join(installPeers('road', PACKAGES), 'programs');
  cpSync(path.join(import.meta.dirname, 'peers'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  return folder;
}

/** Starts all peers, each with its gateway; services that several need run once. */
export async function startPeers(programs: PeerPrograms, ground: Ground): Promise<readonly Contender[]> {
  const { stack, accounts, claims, folder } = ground;
  const token = randomBytes(32).toString('base64url');
  const servers = stack.processes.filter(({ name }) => name === 'postgres');
  const like = stack.processes.find(({ name }) => name === 'nats')?.pid ?? 0;
  const nats = await startPeerNats(programs, { like, ca: stack.ca, token, folder });
  const settings = { ...settingsOf(ground), nats: nats.settings };
  const { opaqueToken, owner } = settings;
  const reader = new URL(stack.databases.treasury).username;
  await storeSession(settings.ownerDatabase, { token: opaqueToken, user: owner, reader });

  const names = [...new Set(PEERS.flatMap((peer) => peer.services))];
  const services = await Promise.all(
    names.map(async (name) => ({ name, pid: (await programs.start(name, `${name}.js`, settings)).pid })),
  );
  return Promise.all(
    PEERS.map(async (peer, index) => {
      const guard = peer.guard === undefined ? {} : { guard: peer.guard };
      const log = `${String(index + 1)}-${peer.gateway}`;
      const { pid, port, cookie } = await programs.start(log, `${peer.gateway}.js`, { ...settings, ...guard });
      const used = services.filter(({ name }) => peer.services.includes(name));
      const processes = [{ name: 'gateway', pid }, ...used, { name: 'nats', pid: nats.pid }, ...servers];
      return {
        name: peer.name,
        gateway: new Gateway({ gateway: `https://localhost:${String(port)}`, ca: stack.ca }),
        accounts,
        ...credentialOf(peer, settings, claims, cookie),
        processes: () => ({ processes }),
      };
    }),
  );
}

function settingsOf({ stack, accounts }: Ground): Omit<PeerSettings, 'nats'> {
  const ca = readFileSync(stack.ca, 'utf8');
  const read = (name: string) => readFileSync(path.join(path.dirname(stack.ca), name), 'utf8');
  return {
    tls: { cert: read('gateway.pem'), key: read('gateway.key') },
    database: { ...connectionOf(stack.databases.treasury, ca) },
    ownerDatabase: { ...connectionOf(stack.migratorDatabases.treasury, ca) },
    owner: String(accounts[0]?.['ownerId']),
    secret: randomBytes(32).toString('base64url'),
    opaqueToken: randomBytes(32).toString('base64url'),
  };
}

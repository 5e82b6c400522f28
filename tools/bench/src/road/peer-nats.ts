import { once } from 'node:events';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { connect } from '@nats-io/transport-node';

import type { PeerPrograms } from './peer-programs.js';
import type { PeerSettings } from './peers/settings.js';

export interface PeerNats {
  readonly settings: PeerSettings['nats'];
  readonly pid: number;
}

/**
 * A NATS server for the peers: the program that the stack runs, over TLS as there. The stack's own lets nobody in but its
 * services, each for its own subjects.
 *
 * @param like - the process id of the stack's server
 * @param ca - the stack's certificate (PEM file), with the server's own beside it
 * @param folder - for its configuration
 */
export async function startPeerNats(
  programs: PeerPrograms,
  { like, ca, token, folder }: { readonly like: number } & Readonly<Record<'ca' | 'token' | 'folder', string>>,
): Promise<PeerNats> {
  const port = await freePort();
  const configuration = path.join(folder, 'nats.conf');
  const text = (value: string) => JSON.stringify(value);
  const fileOf = (name: string) => text(path.join(path.dirname(ca), name));
  const lines = [
    `listen: ${text(`127.0.0.1:${String(port)}`)}`,
    `tls { cert_file: ${fileOf('nats.pem')}, key_file: ${fileOf('nats.key')} }`,
    `authorization { token: ${text(token)} }`,
  ];
  writeFileSync(configuration, lines.join('\n'), { mode: 0o600 });
  const { pid } = programs.startServer('nats', readlinkSync(`/proc/${String(like)}/exe`), ['-c', configuration]);
  const settings = { servers: `tls://127.0.0.1:${String(port)}`, token, tls: { ca: readFileSync(ca, 'utf8') } };
  const connection = await connect({ ...settings, waitOnFirstConnect: true, maxReconnectAttempts: 20 }).catch(
    (cause: unknown) => {
      throw new Error(`The peers' NATS does not start: ${programs.endOfLog('nats')}`, { cause });
    },
  );
  await connection.close();
  return { settings, pid };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens for TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

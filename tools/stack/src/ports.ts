import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

import { readIfThere, writePrivateFile } from './secrets/private-files.js';
import { TLS_SERVERS, type TlsServerName } from './service-names.js';

export type Ports = Readonly<Record<TlsServerName, number>>;

/** Below the ports that systems hand out to outgoing connections: a remembered one stays free while we are stopped. */
const RANGE = [20_000, 30_000] as const;

export interface PortChoice {
  /** Tried first when nothing is remembered. */
  readonly preferred?: Partial<Ports>;
  /** Taken or refused, never exchanged for another. */
  readonly required?: Partial<Ports>;
  readonly isFree?: (port: number) => Promise<boolean>;
}

/** Chooses a port for each server once and remembers it in the file, for as long as nobody else takes it. */
export async function choosePorts(file: string, choice: PortChoice = {}): Promise<Ports> {
  const { preferred = {}, required = {}, isFree = isPortFree } = choice;
  const remembered = read(file);
  const taken = new Set<number>();
  const ports: Partial<Record<TlsServerName, number>> = {};
  for (const server of TLS_SERVERS) {
    const port =
      required[server] ??
      (await firstFree([remembered[server], preferred[server]], (one) => isUsable(one, taken, isFree)));
    if (required[server] !== undefined && !(await isFree(required[server]))) {
      throw new Error(
        `Port ${String(required[server])}, asked for ${server}, is taken: choose another, or leave the choice to us`,
      );
    }
    taken.add(port);
    ports[server] = port;
  }
  writePrivateFile(file, `${JSON.stringify(ports)}\n`);
  // The loop has filled every name.
  return ports as Ports;
}

async function isUsable(port: number, taken: ReadonlySet<number>, isFree: (port: number) => Promise<boolean>) {
  return !taken.has(port) && (await isFree(port));
}

async function firstFree(wishes: readonly (number | undefined)[], isUsable: (port: number) => Promise<boolean>) {
  for (const wish of wishes) if (wish !== undefined && (await isUsable(wish))) return wish;
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(...RANGE);
    if (await isUsable(port)) return port;
  }
  throw new Error(`No free port between ${RANGE.join(' and ')} on 127.0.0.1: stop what listens there`);
}

/** Free on IPv4 and IPv6: `localhost` is both, and a stranger on ::1 would get what is meant for us. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) if (!(await canListen(host, port))) return false;
  return true;
}

async function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody listening there.
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function read(file: string): Partial<Ports> {
  const text = readIfThere(file);
  // Written by choosePorts alone.
  return text === undefined ? {} : (JSON.parse(text) as Partial<Ports>);
}

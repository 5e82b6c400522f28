import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { choosePorts, isPortFree } from './ports.js';

let folder: string;
const file = () => path.join(folder, 'ports.json');
const allFree = async () => true;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-ports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('choosePorts', () => {
  it('gives every server a port of its own and remembers it', async () => {
    const ports = await choosePorts(file(), { isFree: allFree });
    expect(new Set(Object.values(ports)).size).toBe(3);
    expect(await choosePorts(file(), { isFree: allFree })).toEqual(ports);
  });

  it('prefers what was remembered to what is preferred', async () => {
    const first = await choosePorts(file(), { isFree: allFree, preferred: { gateway: 8443 } });
    expect(first.gateway).toBe(8443);
    expect((await choosePorts(file(), { isFree: allFree, preferred: { gateway: 9443 } })).gateway).toBe(8443);
  });

  it('chooses another port when the remembered one is taken, and remembers that', async () => {
    const first = await choosePorts(file(), { isFree: allFree });
    const second = await choosePorts(file(), { isFree: async (port) => port !== first.nats });
    expect(second.nats).not.toBe(first.nats);
    expect(second.postgres).toBe(first.postgres);
    expect(await choosePorts(file(), { isFree: allFree })).toEqual(second);
  });

  it('never gives one port to two servers', async () => {
    const ports = await choosePorts(file(), { isFree: allFree, preferred: { gateway: 8443, nats: 8443 } });
    expect(ports.nats).not.toBe(8443);
  });

  it('does not replace a port that was asked for', async () => {
    const choice = { required: { gateway: 8443 }, isFree: async (port: number) => port !== 8443 };
    await expect(choosePorts(file(), choice)).rejects.toThrow(/8443, asked for gateway, is taken/);
  });
});

it.each(['127.0.0.1', '::1'])('a port is not free while a process listens on it at %s', async (host) => {
  const server = createServer().listen(0, host);
  await Promise.race([once(server, 'listening'), once(server, 'error')]);
  if (!server.listening) return; // This machine has no IPv6.
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await isPortFree(port)).toBe(true);
});

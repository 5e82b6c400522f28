import { createServer } from 'node:net';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { nkeys } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { Problem } from '@citadel/protocol';
import until from 'p-wait-for';

import { NatsLink } from './nats-link.js';

const lines: string[] = [];
const keep = (line: unknown) => void lines.push(String(line));
Logger.overrideLogger({ error: keep, log: keep, warn: keep });

let nats: ScratchNats;
beforeAll(async () => (nats = await scratchNats()), 30_000);
afterAll(() => nats?.close());

const links: NatsLink[] = [];
beforeEach(() => lines.splice(0));
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
});
function linkOf(changed: object = {}): NatsLink {
  const link = new NatsLink('treasury', { ...nats.configOf('treasury'), ...changed });
  links.push(link);
  return link;
}

function refusalOf(link: NatsLink): Problem | undefined {
  try {
    link.connection.isClosed();
    return undefined;
  } catch (error) {
    return error instanceof Problem ? error : undefined;
  }
}

describe('the link to NATS', () => {
  it('connects, and tells whether it is', async () => {
    const link = linkOf();
    expect(link.isConnected).toBe(false);
    expect(refusalOf(link)).toMatchObject({ status: 503, code: 'service-unavailable' });
    await link.whenConnected();
    expect([link.isConnected, link.connection.isClosed()]).toEqual([true, false]);
  });

  it('refuses with 503 while NATS is unreachable, and recovers when it is back', async () => {
    const link = linkOf();
    await link.whenConnected();
    await nats.kill();
    await until(() => !link.isConnected);
    expect(refusalOf(link)).toMatchObject({ status: 503, details: { retryAfter: 1 } });
    await nats.start();
    await until(() => link.isConnected);
    await expect(link.connection.flush()).resolves.toBeUndefined();
  });

  it('waits for NATS that comes late', async () => {
    await nats.kill();
    const link = linkOf();
    await until(() => lines.some((line) => line.includes('NATS cannot be reached, trying again until it can')));
    await nats.start();
    await expect(link.whenConnected()).resolves.toBeDefined();
  });

  it.each<[string, () => object, RegExp]>([
    ['whose certificate nobody that we know has signed', () => ({ NATS_CA: undefined }), /certificate/i],
    [
      'for a stranger',
      () => ({ NATS_NKEY_SEED: new TextDecoder().decode(nkeys.createUser().getSeed()) }),
      /authorization/i,
    ],
  ])('does not come about with a server %s, and says why once', async (_, changed, reason) => {
    const link = linkOf(changed());
    await until(() => lines.some((line) => reason.test(line)));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(lines.filter((line) => reason.test(line))).toHaveLength(1);
    expect(link.isConnected).toBe(false);
  });

  it('does not come about with a server that offers no TLS', async () => {
    const heard: string[] = [];
    const plain = createServer((socket) => {
      socket.write('INFO {"server_id":"x","version":"2.10.0","headers":true,"max_payload":1048576,"nonce":"abc"}\r\n');
      socket.on('data', (bytes) => heard.push(bytes.toString()));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    const link = linkOf({ NATS_URL: `nats://127.0.0.1:${String(port)}` });
    await until(() => lines.some((line) => /tls/i.test(line)));
    expect(link.isConnected).toBe(false);
    expect(heard.join('')).not.toContain('CONNECT');
    plain.close();
  });

  it('ends when it is closed, connected or not', async () => {
    const never = linkOf({ NATS_URL: 'tls://127.0.0.1:1' });
    await never.close();
    await expect(never.whenConnected()).rejects.toMatchObject({ code: 'service-unavailable' });
    const link = linkOf();
    const connection = await link.whenConnected();
    await link.close();
    expect([connection.isClosed(), link.isConnected]).toEqual([true, false]);
  });
});

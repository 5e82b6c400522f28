import { connect as connectPlain } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import until from 'p-wait-for';

import type { GatewayConfig } from '../gateway.config.js';
import { gatewayForTest, type GatewayForTest } from '../testing/gateway.js';

const AT_MOST = 6;
const OF_ONE_NETWORK = AT_MOST / 2;

/** Each address of 127.0.0.0/8 is this machine, and a network of its own for the gateway. */
const STRANGER = '127.0.0.2';
const NEIGHBOUR = '127.0.0.3';

let gateway: GatewayForTest | undefined;
const sockets: TLSSocket[] = [];
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await gateway?.close();
});

const start = async (settings: Partial<GatewayConfig> = {}) =>
  (gateway = await gatewayForTest({ CONNECTIONS_AT_ONCE: AT_MOST, ...settings }));

/** @returns a function that tries to connect from an address, and says whether it was let in */
const doorOf =
  ({ port, ca }: GatewayForTest) =>
  (localAddress: string): Promise<boolean> => {
    const plain = connectPlain({ host: '127.0.0.1', port, localAddress });
    const socket = connect({ socket: plain, servername: 'localhost', ca });
    sockets.push(socket);
    for (const one of [plain, socket]) one.on('error', () => undefined);
    return new Promise((resolve) => {
      socket.once('secureConnect', () => resolve(true));
      socket.once('close', () => resolve(false));
    });
  };

const times = (count: number, value: string) => Array.from({ length: count }, () => value);

describe('connections', () => {
  it('are bounded: one more is closed at once, and what ends makes room', async () => {
    const isLetIn = doorOf(await start());
    for (const address of [...times(OF_ONE_NETWORK, STRANGER), ...times(OF_ONE_NETWORK, NEIGHBOUR)])
      await expect(isLetIn(address)).resolves.toBe(true);
    await expect(isLetIn('127.0.0.4')).resolves.toBe(false);
    sockets[0]?.destroy();
    await until(() => isLetIn('127.0.0.4'), { timeout: 10_000 });
  }, 30_000);

  it('are limited to half for one network: others are let in, and what ends makes room', async () => {
    const isLetIn = doorOf(await start());
    for (const address of times(OF_ONE_NETWORK, STRANGER)) await expect(isLetIn(address)).resolves.toBe(true);
    for (const address of times(AT_MOST, STRANGER)) await expect(isLetIn(address)).resolves.toBe(false);
    await expect(isLetIn(NEIGHBOUR)).resolves.toBe(true);
    sockets[0]?.destroy();
    await until(() => isLetIn(STRANGER), { timeout: 10_000 });
    await expect(isLetIn(STRANGER)).resolves.toBe(false);
  }, 30_000);

  it.each([
    ['an address', STRANGER],
    ['a network', '127.0.0.0/30'],
  ])(
    'of a trusted proxy, named by %s, may be all of them',
    async (_, proxy) => {
      const isLetIn = doorOf(await start({ TRUSTED_PROXIES: [proxy] }));
      for (const address of times(AT_MOST, STRANGER)) await expect(isLetIn(address)).resolves.toBe(true);
      await expect(isLetIn(STRANGER)).resolves.toBe(false);
    },
    30_000,
  );
});

import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import until from 'p-wait-for';

import { gatewayForTest, type GatewayForTest } from '../testing/gateway.js';

const AT_MOST = 8;
const OF_ONE_NETWORK = AT_MOST / 4;
let gateway: GatewayForTest;
const sockets: TLSSocket[] = [];
beforeAll(async () => {
  gateway = await gatewayForTest({ REQUESTS_AT_ONCE: AT_MOST, TRUSTED_PROXIES: ['127.0.0.1'] });
}, 30_000);
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(() => gateway?.close());

const addressOf = (client: number) => `192.0.2.${String(client)}`;

/** A request whose body never comes: it is under way until its sender goes away. */
async function beginRequest(client: number): Promise<void> {
  const { port, ca } = gateway;
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const head = ['POST /v1/auth/login HTTP/1.1', 'host: localhost', 'content-type: application/json'];
  socket.write(`${[...head, `x-forwarded-for: ${addressOf(client)}`, 'content-length: 100', '', ''].join('\r\n')}{`);
}

const ask = (client: number) =>
  gateway.call('POST', '/v1/auth/login', { body: '[]', headers: { 'x-forwarded-for': addressOf(client) } });

const untilAnswered = (client: number, status: number) => until(async () => (await ask(client)).status === status);

describe('requests under way', () => {
  it('are limited to a quarter for one network: it gets 503, others and health are answered, and what ends makes room', async () => {
    await Promise.all(Array.from({ length: OF_ONE_NETWORK }, () => beginRequest(1)));
    await untilAnswered(1, 503);

    const refused = await ask(1);
    expect([refused.body?.code, refused.headers['retry-after']]).toEqual(['service-unavailable', '1']);
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect((await ask(2)).status).toBe(400);
    const health = await gateway.call('GET', '/health/live', { headers: { 'x-forwarded-for': addressOf(1) } });
    expect(health.status).toBe(200);

    sockets.forEach((socket) => socket.destroy());
    await untilAnswered(1, 400);
  });

  it('are limited in all: one more is refused, and what ends makes room', async () => {
    const clients = [11, 12, 13, 14].flatMap((client) => Array.from({ length: OF_ONE_NETWORK }, () => client));
    expect(clients).toHaveLength(AT_MOST);
    await Promise.all(clients.map(beginRequest));
    await untilAnswered(15, 503);
    sockets.forEach((socket) => socket.destroy());
    await untilAnswered(15, 400);
  });
});

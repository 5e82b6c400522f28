import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { localIssuer } from '../testing/index.js';
import { httpKeySource } from './http-key-source.js';

const { jwk } = localIssuer();
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}/jwks.json`;
}

describe('keys over HTTP', () => {
  it('are what the issuer answers', async () => {
    const url = await serve((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await expect(httpKeySource(url).load()).resolves.toEqual({ keys: [jwk] });
  });

  it.each([
    ['an error', (): RequestListener => (_, response) => response.writeHead(500).end('{"keys":[]}'), /answered 500/],
    ['no JSON', (): RequestListener => (_, response) => response.end('<html>'), /JSON/],
    [
      'more than anybody reads',
      (): RequestListener => (_, response) => response.end('x'.repeat(70_000)),
      /65536 bytes/,
    ],
    [
      'a way elsewhere',
      (): RequestListener => (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /fetch failed/,
    ],
    ['nothing in time', (): RequestListener => () => undefined, /timeout/],
    ['half of it in time', (): RequestListener => (_, response) => void response.write('{"keys":'), /timeout/],
  ])('are not taken from an answer that is %s', async (_, listener, message) => {
    const url = await serve(listener());
    await expect(httpKeySource(url, { timeout: 1_000 }).load()).rejects.toThrow(message);
  });

  it('cannot be loaded without the URL and the cause being named', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const loading = httpKeySource(url).load();
    await expect(loading).rejects.toThrow(`No JWK Set from ${url}: fetch failed: connect ECONNREFUSED`);
  });

  it('come over https, or from this machine', () => {
    expect(() => httpKeySource('http://issuer.example/jwks.json')).toThrow('Keys must come over https');
    expect(() => httpKeySource('http://127.0.0.1.issuer.example/')).toThrow('Keys must come over https');
    expect(() => httpKeySource('file:///etc/passwd')).toThrow('Keys must come over https');
    expect(() => httpKeySource('ftp://localhost/')).toThrow('Keys must come over https');
    expect(() => httpKeySource('https://issuer.example/jwks.json')).not.toThrow();
    expect(() => httpKeySource('http://[::1]:8080/jwks.json')).not.toThrow();
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { localIssuer } from '../testing/index.js';
import { oidcIssuer } from './oidc-issuer.js';

const { jwk } = localIssuer();
let server: Server;
let origin: string;
let handle: RequestListener;
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url);
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server on a port has an address of this kind.
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => server?.close());
beforeEach(() => {
  asked.length = 0;
  answerWith({ issuer: origin, jwks_uri: `${origin}/keys` });
});

function answerWith(metadata: object): void {
  handle = ({ url }, response) => response.end(JSON.stringify(url === '/keys' ? { keys: [jwk] } : metadata));
}

describe('an issuer with metadata', () => {
  it('has its keys where its metadata says', async () => {
    await expect(oidcIssuer(origin).keys.load()).resolves.toEqual({ keys: [jwk] });
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('has its metadata elsewhere, if the service says so', async () => {
    await oidcIssuer(origin, { metadataUrl: `${origin}/.well-known/oauth-authorization-server` }).keys.load();
    expect(asked).toEqual(['/.well-known/oauth-authorization-server', '/keys']);
  });

  it('may end in a slash', async () => {
    answerWith({ issuer: `${origin}/`, jwks_uri: `${origin}/keys` });
    await oidcIssuer(`${origin}/`).keys.load();
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('uses RS256 and ES256, and the algorithms that its options add', () => {
    expect(oidcIssuer(origin)).toMatchObject({ issuer: origin, algorithms: ['RS256', 'ES256'] });
    expect(oidcIssuer(origin, { algorithms: ['PS256'], maximumLifetime: 60 })).toMatchObject({
      algorithms: ['PS256'],
      maximumLifetime: 60,
    });
  });

  it.each([
    ['of somebody else', () => ({ issuer: 'https://other.example', jwks_uri: `${origin}/keys` }), /is that of https:/],
    ['of nearly its name', () => ({ issuer: `${origin}/`, jwks_uri: `${origin}/keys` }), /not of http/],
    ['without the place of its keys', () => ({ issuer: origin }), /jwks_uri/],
    [
      'with keys that come in clear',
      () => ({ issuer: origin, jwks_uri: 'http://keys.example/' }),
      /must come over https/,
    ],
    ['that has no end', () => ({ issuer: origin, more: 'x'.repeat(70_000) }), /A metadata of more than 65536 bytes/],
  ])('is not accepted with metadata %s', async (_, metadata, fault) => {
    answerWith(metadata());
    await expect(oidcIssuer(origin).keys.load()).rejects.toThrow(fault);
    expect(asked).not.toContain('/keys');
  });

  it('does not lead elsewhere', async () => {
    handle = (_, response) => response.writeHead(302, { location: 'https://other.example/' }).end();
    await expect(oidcIssuer(origin).keys.load()).rejects.toThrow('No metadata from');
  });

  it.each(['http://issuer.example', 'file:///etc/passwd'])('is not asked in clear: %s', (issuer) => {
    expect(() => oidcIssuer(issuer)).toThrow('must come over https');
  });
});

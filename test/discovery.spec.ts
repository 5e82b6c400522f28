import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';

import { http } from './stack/http.js';
import { logIn, newcomer } from './stack/people.js';
import { stack } from './stack/stack.js';

const metadata = () => http('GET', '/.well-known/oauth-authorization-server');
const keys = () => http('GET', '/.well-known/jwks.json');
const pathOf = (url: unknown) => String(url).slice(stack().gateway.length);

/** What a stranger's library fetches with: over HTTPS, trusting the stack's authority. */
const fetchOverHttps = async (url: string) => {
  const { status, text, headers } = await http('GET', pathOf(url));
  return new Response(text, { status, headers: { 'content-type': String(headers['content-type']) } });
};

describe('the metadata of the authorization server (RFC 8414)', () => {
  it('names this issuer, exactly as its tokens do', async () => {
    const { status, body } = await metadata();
    expect([status, body.issuer]).toEqual([200, stack().gateway]);
  });

  it('lists endpoints that are there, and offers nothing that is not', async () => {
    const { body } = await metadata();
    expect((await http('GET', pathOf(body.jwks_uri))).status).toBe(200);
    const form = { body: 'token=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await http('POST', pathOf(body.revocation_endpoint), form)).status).toBe(200);
    expect((await http('POST', pathOf(body.introspection_endpoint), form)).status).toBe(401);
    expect(body.response_types_supported).toEqual([]);
    expect(body.grant_types_supported).toEqual([]);
    expect(Object.keys(body as object).filter((name) => /^(authorization|token)_endpoint$/.test(name))).toEqual([]);
    expect(body.revocation_endpoint_auth_methods_supported).toEqual(['none']);
  });
});

describe('the public keys', () => {
  it('are public and nothing else, and may be kept for as long as every change is announced before', async () => {
    const { status, body, headers } = await keys();
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=300']);
    for (const key of body.keys as object[]) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });

  it('let a stranger verify our tokens with a library of their own', async () => {
    const { access, claims } = await logIn(await newcomer());
    const { body } = await metadata();
    const remote = createRemoteJWKSet(new URL(String(body.jwks_uri)), { [customFetch]: fetchOverHttps });
    const expected = { issuer: stack().gateway, audience: 'treasury', typ: 'at+jwt' };
    const { payload } = await jwtVerify(access, remote, expected);
    expect(payload).toMatchObject(claims);
    await expect(jwtVerify(access, remote, { ...expected, audience: 'elsewhere' })).rejects.toThrow();
    await expect(jwtVerify(`${access.slice(0, -4)}AAAA`, remote, expected)).rejects.toThrow();
  });
});

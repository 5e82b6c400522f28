import { generateKeyPairSync, randomUUID } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';

import { resolveOptions } from '../auth.options.js';
import type { KeySource } from '../keys/key-source.js';
import type { IssuerOptions } from './issuer-options.js';
import { oidcIssuer, type OidcIssuerOptions } from './oidc-issuer.js';
import { keysAt, namesAt } from './read-claims.js';
import { TrustedIssuers } from './trusted-issuers.js';

/** Entra's keys name no algorithm, so none does here. */
function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
  const source: KeySource = { load: () => Promise.resolve({ keys: [jwk] }) };
  return { privateKey, source };
}
const stranger = newKey().privateKey;

const now = Math.floor(Date.now() / 1000);
const dates = { iat: now, exp: now + 300 };

interface Known {
  readonly issuer: string;
  /** What an adopter writes: the same as in the README of this library. */
  readonly options: OidcIssuerOptions;
  readonly header: object;
  /** An access token, as the issuer writes it. */
  readonly access: Readonly<Record<string, unknown>>;
  /** What its ID token has in addition, or differently. */
  readonly id: Readonly<Record<string, unknown>>;
  readonly principal: object;
}

const KNOWN: Readonly<Record<string, Known>> = {
  Keycloak: {
    issuer: 'https://sso.example/realms/shop',
    options: {
      format: { types: ['JWT'], required: { typ: 'Bearer' } },
      claims: {
        clientId: 'azp',
        roles: namesAt('realm_access', 'roles'),
        permissions: namesAt('resource_access', 'orders', 'roles'),
      },
    },
    header: { typ: 'JWT' },
    access: {
      ...{ jti: 'onrtac:5d1a', aud: ['orders', 'account'], sub: 'f3a1', typ: 'Bearer', azp: 'shop-web', sid: 'e0d2' },
      ...{ acr: '1', 'allowed-origins': ['https://shop.example'], scope: 'openid email', preferred_username: 'ada' },
      realm_access: { roles: ['clerk', 'offline_access'] },
      resource_access: { orders: { roles: ['orders:read'] }, account: { roles: ['orders:write'] } },
    },
    id: { typ: 'ID', aud: 'shop-web', at_hash: 'x' },
    principal: { id: 'f3a1', clientId: 'shop-web', sessionId: 'e0d2', roles: ['clerk', 'offline_access'] },
  },
  Auth0: {
    issuer: 'https://shop.eu.auth0.com/',
    options: {
      maximumLifetime: 86_400,
      format: { types: ['JWT'] },
      claims: {
        clientId: 'azp',
        withoutTokenId: 'digest',
        roles: namesAt('https://shop.example/roles'),
        permissions: namesAt('permissions'),
      },
    },
    header: { typ: 'JWT' },
    access: {
      ...{ sub: 'auth0|64f1', aud: ['orders', 'https://shop.eu.auth0.com/userinfo'], azp: 'Bq3', exp: now + 86_400 },
      ...{ scope: 'openid orders:read', permissions: ['orders:read'], 'https://shop.example/roles': ['clerk'] },
    },
    id: { aud: 'Bq3', nonce: 'n', sid: 's' },
    principal: { id: 'auth0|64f1', clientId: 'Bq3', roles: ['clerk'], tokenId: expect.stringMatching(/^[\w-]{43}$/) },
  },
  'Entra, version 2': {
    issuer: 'https://login.microsoftonline.com/9f0c/v2.0',
    options: {
      maximumLifetime: 7_200,
      format: { types: ['JWT'], required: { ver: '2.0', tid: '9f0c' } },
      claims: {
        ...{ id: 'oid', clientId: 'azp', tokenId: 'uti', roles: namesAt('roles'), permissions: namesAt('scp') },
      },
    },
    header: { typ: 'JWT' },
    access: {
      ...{
        aud: 'orders',
        nbf: now,
        aio: 'E2',
        azp: 'a7d4',
        azpacr: '1',
        name: 'Ada',
        oid: 'o-17',
        rh: '0.A',
        sub: 'pairwise',
      },
      ...{ tid: '9f0c', uti: 'Nw3', ver: '2.0', roles: ['clerk'], scp: 'orders:read' },
    },
    id: { azp: undefined, nonce: 'n', aud: 'a7d4' },
    principal: { id: 'o-17', clientId: 'a7d4', tokenId: 'Nw3', roles: ['clerk'] },
  },
  'Entra, version 1': {
    issuer: 'https://sts.windows.net/9f0c/',
    options: {
      maximumLifetime: 7_200,
      metadataUrl: 'https://login.microsoftonline.com/9f0c/.well-known/openid-configuration',
      format: { types: ['JWT'], ignoredHeaders: ['x5t'], required: { ver: '1.0', tid: '9f0c' } },
      claims: { id: 'oid', clientId: 'appid', tokenId: 'uti', roles: namesAt('roles'), permissions: namesAt('scp') },
    },
    header: { typ: 'JWT', x5t: 'k1' },
    access: {
      ...{ aud: 'orders', nbf: now, acr: '1', appid: 'a7d4', appidacr: '1', oid: 'o-17', sub: 'pairwise', tid: '9f0c' },
      ...{ unique_name: 'ada@shop.example', uti: 'Nw3', ver: '1.0', roles: ['clerk'], scp: 'orders:read' },
    },
    id: { appid: undefined, nonce: 'n' },
    principal: { id: 'o-17', clientId: 'a7d4', tokenId: 'Nw3', roles: ['clerk'] },
  },
  ZITADEL: {
    issuer: 'https://shop.zitadel.cloud',
    options: {
      maximumLifetime: 43_200,
      format: { types: ['JWT'] },
      claims: {
        roles: keysAt('urn:zitadel:iam:org:project:roles'),
        permissionsOf: { clerk: ['orders:read' as never] },
      },
    },
    header: { typ: 'JWT' },
    access: {
      ...{ sub: '2231', aud: ['orders', '1180'], exp: now + 43_200, nbf: now, client_id: '1180', jti: 'V2_22' },
      'urn:zitadel:iam:org:project:roles': { clerk: { 4411: 'shop.zitadel.cloud' } },
    },
    id: { client_id: undefined, azp: '1180', nonce: 'n', at_hash: 'x' },
    principal: { id: '2231', clientId: '1180', tokenId: 'V2_22', roles: ['clerk'] },
  },
  Cognito: {
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_aB',
    options: {
      audiences: ['4nsa'],
      format: { types: ['JWT'], typeMayBeMissing: true, required: { token_use: 'access' } },
      claims: { audience: 'client_id', roles: namesAt('cognito:groups'), permissions: namesAt('scope') },
    },
    header: { typ: undefined },
    access: {
      ...{ sub: 'd0-1', 'cognito:groups': ['clerk'], version: 2, client_id: '4nsa', origin_jti: 'o', event_id: 'e' },
      ...{ token_use: 'access', scope: 'orders:read', auth_time: now, jti: 'j-1', username: 'ada' },
    },
    id: { token_use: 'id', aud: '4nsa' },
    principal: { id: 'd0-1', clientId: '4nsa', tokenId: 'j-1', roles: ['clerk'] },
  },
};

const keys = new Map(Object.values(KNOWN).map((known) => [known, newKey()]));
const keyOf = (known: Known) => keys.get(known) ?? newKey();

const withoutUndefined = (members: object) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const tokenOf = (known: Known, claims: object = {}, key = keyOf(known).privateKey) =>
  jsonwebtoken.sign(
    JSON.stringify(withoutUndefined({ iss: known.issuer, ...dates, ...known.access, ...claims })),
    key,
    {
      algorithm: 'RS256',
      // jsonwebtoken leaves out what is undefined.
      header: { alg: 'RS256', kid: 'k1', ...known.header },
    },
  );

/** All of them at once, as one service may trust them. */
const configured = Object.entries(KNOWN).map(([name, known]): IssuerOptions => ({
  ...oidcIssuer(known.issuer, known.options),
  keys: keyOf(known).source,
  idPrefix: `${name}|`,
}));
const [first, ...others] = configured;
if (!first) throw new Error('There are issuers above');
const issuers = new TrustedIssuers(resolveOptions({ audience: 'orders', issuers: [first, ...others] }).issuers);
beforeAll(() => issuers.start());
afterAll(() => issuers.stop());

describe.each(Object.entries(KNOWN))('an access token of %s', (name, known) => {
  it('makes the principal that the claim map describes', async () => {
    const principal = await issuers.verify(tokenOf(known));
    const { id, ...more } = known.principal as { readonly id: string };
    expect(principal).toMatchObject({
      ...more,
      id: `${name}|${id}`,
      issuer: known.issuer,
      permissions: ['orders:read'],
    });
  });

  it.each<[string, object]>([
    ['its ID token', known.id],
    ['for another audience', { aud: 'stock', client_id: known.options.claims?.audience ? 'stock' : 'web' }],
    ['that has expired', { iat: now - 600, exp: now - 300 }],
    ['of another tenant', { iss: `${known.issuer}x` }],
    ['that lives longer than allowed', { exp: now + 90_000 }],
    [
      'with a role list that is none',
      { roles: 7, realm_access: { roles: 7 }, 'https://shop.example/roles': 7, ...notRoles() },
    ],
  ])('is refused: %s', async (_, claims) => {
    expect(await issuers.verify(tokenOf(known, claims))).toBeUndefined();
  });

  it('is refused if another issuer’s name is put on it', async () => {
    const [, other] = Object.entries(KNOWN).find(([candidate]) => candidate !== name) ?? [];
    expect(await issuers.verify(tokenOf(known, { iss: other?.issuer }))).toBeUndefined();
  });

  it('is refused if another key signed it', async () => {
    expect(await issuers.verify(tokenOf(known, { jti: randomUUID() }, stranger))).toBeUndefined();
  });

  it('gives no wildcard', async () => {
    const claims = { scope: '*', scp: '*', permissions: ['*'], resource_access: { orders: { roles: ['orders:*'] } } };
    const { permissions = ['none'] } = (await issuers.verify(tokenOf(known, claims))) ?? {};
    expect(permissions.filter((one) => one.includes('*'))).toEqual([]);
    expect(permissions).not.toContain('none');
  });
});

describe('a role that the claim map does not list', () => {
  it.each(['constructor', 'toString', 'baker'])('gives nothing: %s', async (role) => {
    const known = KNOWN['ZITADEL'];
    if (!known) throw new Error('ZITADEL is above');
    const principal = await issuers.verify(tokenOf(known, { 'urn:zitadel:iam:org:project:roles': { [role]: {} } }));
    expect(principal).toMatchObject({ roles: [role], permissions: [] });
  });
});

function notRoles(): object {
  return { 'urn:zitadel:iam:org:project:roles': ['clerk'], 'cognito:groups': { clerk: true } };
}

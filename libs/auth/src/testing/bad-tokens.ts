import { createHmac, createPublicKey } from 'node:crypto';

import { type LocalIssuer, localIssuer } from './local-issuer.js';

/** A credential that every service must refuse, and what is wrong with it. */
export type BadToken = readonly [fault: string, token: string];

/**
 * Tokens that are each wrong in one way alone, from an issuer whose good tokens are accepted: for a test that proves that
 * a service refuses them all.
 *
 * @param audience - of the service under test
 * @example it.each(badTokens(issuer, 'orders'))('refuses a token that is %s', async (_, token) => { ... });
 */
export function badTokens(issuer: LocalIssuer, audience: string): readonly BadToken[] {
  const now = Math.floor(Date.now() / 1000);
  const good = issuer.tokenFor(audience);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const claims = (changed: object) => issuer.tokenFor(audience, { ...changed });
  const headers = (changed: object) => issuer.tokenFor(audience, {}, { ...changed });
  const thief = localIssuer({ issuer: issuer.issuer });

  return [
    ['no token at all', 'good-morning'],
    ['in two parts', `${header}.${payload}`],
    ['in four parts', `${good}.${signature}`],
    ['in five parts, as if it were encrypted', `${header}.${signature}.${signature}.${payload}.${signature}`],
    ['without a signature', `${header}.${payload}.`],
    ['longer than any token', claims({ padding: 'x'.repeat(5000) })],
    ['not signed: alg none', `${encode({ alg: 'none', typ: 'at+jwt', kid: issuer.kid })}.${payload}.`],
    ['not signed: alg NoNe', `${encode({ alg: 'NoNe', typ: 'at+jwt', kid: issuer.kid })}.${payload}.${signature}`],
    ['signed with the public key as an HMAC secret', hmacToken(issuer, payload)],
    ['signed with the key of somebody else, under our key id', thief.tokenFor(audience, {}, { kid: issuer.kid })],
    ['signed with a key that it brings along', thief.tokenFor(audience, {}, { kid: issuer.kid, jwk: thief.jwk })],
    ['signed with a key that nobody knows', thief.tokenFor(audience)],
    ['changed after it was signed', `${header}.${encode({ ...read(payload), permissions: ['*'] })}.${signature}`],
    ['of another algorithm than its key', `${encode({ ...read(header), alg: 'RS256' })}.${payload}.${signature}`],
    ['padded', `${good}=`],
    ['in base64 instead of base64url', inBase64(issuer, audience)],
    ['spelled with stray bits at its end', `${header}.${payload}.${withStrayBits(signature)}`],
    ['of type JWT', headers({ typ: 'JWT' })],
    ['of no type', headers({ typ: undefined })],
    ['of the type of a refresh token', headers({ typ: 'refresh+jwt' })],
    ['asking for an extension that nobody knows', headers({ crit: ['b64'], b64: true })],
    ['pointing at keys elsewhere (jku)', headers({ jku: 'https://thief.test/jwks.json' })],
    ['pointing at a certificate elsewhere (x5u)', headers({ x5u: 'https://thief.test/cert.pem' })],
    ['compressed', headers({ zip: 'DEF' })],
    ['without a key id', headers({ kid: undefined })],
    ['with a path as key id', headers({ kid: '../../../dev/null' })],
    ['with SQL as key id', headers({ kid: "' OR '1'='1" })],
    ['with a key id of 1 KB', headers({ kid: 'k'.repeat(1024) })],
    ['with a number as key id', headers({ kid: 1 })],
    ['expired', claims({ iat: now - 900, exp: now - 600 })],
    ['not valid yet', claims({ nbf: now + 600 })],
    ['issued in the future', claims({ iat: now + 600, exp: now + 900 })],
    ['valid forever', claims({ exp: undefined })],
    ['valid for a day', claims({ exp: now + 86_400 })],
    ['expiring at a date that is no number', claims({ exp: 'tomorrow' })],
    ['for another service', issuer.tokenFor(`not-${audience}`)],
    ['for other services', issuer.tokenFor([`not-${audience}`, `${audience}s`, audience.toUpperCase()])],
    ['for nobody', claims({ aud: undefined })],
    ['of another issuer', claims({ iss: 'https://thief.test' })],
    ['of an issuer that is almost ours', claims({ iss: `${issuer.issuer}/` })],
    ['of no issuer', claims({ iss: undefined })],
    ...['sub', 'jti', 'iat', 'client_id'].map((name): BadToken => [`without ${name}`, claims({ [name]: undefined })]),
    ['about somebody who is a number', claims({ sub: 1 })],
    ['with roles that are no list', claims({ roles: 'sovereign' })],
    ['with permissions that are objects', claims({ permissions: [{ name: '*' }] })],
    ['cleared for what does not exist', claims({ clearance: 'cosmic' })],
  ];
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

/** What opens every verifier that takes the algorithm from the token: the public key is known to all. */
function hmacToken({ jwk, kid }: LocalIssuer, payload: string): string {
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const text = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

/** A signature of 64 bytes ends in four bits that mean nothing: 16 texts for the same bytes, of which one is canonical. */
const withStrayBits = (signature: string) =>
  signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);

/** Many readers of base64url take `+` and `/` for `-` and `_`: another text for the same bytes. */
function inBase64(issuer: LocalIssuer, audience: string): string {
  const [header = '', payload = '', signature = ''] = issuer.tokenFor(audience).split('.');
  if (!/[-_]/.test(signature)) return inBase64(issuer, audience);
  return `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`;
}

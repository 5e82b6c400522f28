import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jest } from '@jest/globals';
import jsonwebtoken from 'jsonwebtoken';

import { closeGuardedApps, guardedApp, issuer, Keys, Revocations } from './guarded-app.fixture.js';
import type { Revocation } from './index.js';
import { localIssuer } from './testing/index.js';

afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await closeGuardedApps();
});

describe('revocation', () => {
  const token = issuer.tokenFor('orders', { sub: 'ada', jti: 'jti-1', sid: 'sid-1', gen: [1, 1] });

  it.each<Revocation>([
    { kind: 'token', id: 'jti-1' },
    { kind: 'session', id: 'sid-1' },
    { kind: 'subject', id: 'ada', generation: 2 },
    { kind: 'everybody', generation: 2 },
  ])('refuses what is revoked, seen before or not: %j', async (revocation) => {
    const revocations = new Revocations();
    const get = await guardedApp({ revocations });
    expect((await get('/me', token)).status).toBe(200);
    revocations.revoke(revocation);
    expect(await get('/me', token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });

    const unseen = await guardedApp({ revocations });
    revocations.revoke(revocation);
    expect(await unseen('/me', token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('cannot be walked around with another spelling of the same signature', async () => {
    const revocations = new Revocations();
    const get = await guardedApp({ revocations });
    const other = malleated(token);
    expect(other).not.toBe(token);
    // Mathematically as good as the first, and known to be about the same token: it is accepted, and revoked with it.
    expect((await get('/me', other)).status).toBe(200);
    revocations.revoke({ kind: 'token', id: 'jti-1' });
    expect((await get('/me', token)).status).toBe(401);
    expect((await get('/me', other)).status).toBe(401);
  });

  it('refuses every token with 503 while it is unknown', async () => {
    const get = await guardedApp({
      revocations: { follow: () => Promise.reject(new Error('away')), progress: () => Promise.resolve('caught-up') },
    });
    expect(await get('/me', token)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'service-unavailable' },
    });
    expect((await get('/open')).status).toBe(200);
  });
});

describe('keys', () => {
  it('refuse every token with 503 while they cannot be loaded', async () => {
    const get = await guardedApp({ keys: { load: () => Promise.reject(new Error('away')) } });
    expect(await get('/me', issuer.tokenFor('orders'))).toMatchObject({
      status: 503,
      body: { code: 'service-unavailable' },
    });
  });

  it('invalidate every token that they signed when they are dropped, seen before or not', async () => {
    const next = localIssuer({ issuer: issuer.issuer });
    const keys = new Keys({ keys: [issuer.jwk, next.jwk] });
    const get = await guardedApp({ keys });
    const [old, young] = [issuer.tokenFor('orders'), next.tokenFor('orders')];
    expect((await get('/me', old)).status).toBe(200);
    keys.set = { keys: [next.jwk] };
    keys.publish(keys.set);
    expect((await get('/me', old)).status).toBe(401);
    expect((await get('/me', issuer.tokenFor('orders'))).status).toBe(401);
    expect((await get('/me', young)).status).toBe(200);
  });

  it('reject a cached token when its kid now names another key', async () => {
    const thief = localIssuer({ issuer: issuer.issuer });
    const keys = new Keys({ keys: [issuer.jwk] });
    const get = await guardedApp({ keys });
    const token = issuer.tokenFor('orders');
    expect((await get('/me', token)).status).toBe(200);
    keys.publish({ keys: [{ ...thief.jwk, kid: issuer.kid }] });
    expect((await get('/me', token)).status).toBe(401);
  });

  describe('of RSA', () => {
    let rsa: KeyObject;
    beforeAll(() => ({ privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })));
    const keysFor = (alg: string) =>
      new Keys({ keys: [{ ...createPublicKey(rsa).export({ format: 'jwk' }), kid: 'rsa', alg }] });
    const signedWith = (algorithm: 'RS256' | 'PS256') =>
      jsonwebtoken.sign({ ...jsonwebtoken.decode(issuer.tokenFor('orders'), { json: true }) }, rsa, {
        algorithm,
        header: { alg: algorithm, typ: 'at+jwt', kid: 'rsa' },
      });

    it('are not used unless their algorithm is configured', async () => {
      const keys = keysFor('RS256');
      const token = signedWith('RS256');
      expect((await (await guardedApp({ keys }))('/me', token)).status).toBe(401);
      expect((await (await guardedApp({ keys, algorithms: ['ES256', 'RS256'] }))('/me', token)).status).toBe(200);
    });

    it('work with their own algorithm alone, though the same key could do another', async () => {
      const get = await guardedApp({ keys: keysFor('PS256'), algorithms: ['RS256', 'PS256'] });
      expect((await get('/me', signedWith('PS256'))).status).toBe(200);
      expect((await get('/me', signedWith('RS256'))).status).toBe(401);
    });

    it('refuse a token that was seen before once they are for another algorithm', async () => {
      const keys = keysFor('RS256');
      const get = await guardedApp({ keys, algorithms: ['RS256', 'PS256'] });
      const token = signedWith('RS256');
      expect((await get('/me', token)).status).toBe(200);
      keys.publish(keysFor('PS256').set);
      expect((await get('/me', token)).status).toBe(401);
    });
  });
});

describe('a token that was seen before', () => {
  it('is not verified again', async () => {
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    const get = await guardedApp();
    const token = issuer.tokenFor('orders');
    for (let i = 0; i < 3; i++) expect((await get('/me', token)).status).toBe(200);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  it('expires all the same', async () => {
    const get = await guardedApp();
    const token = issuer.tokenFor('orders');
    expect((await get('/me', token)).status).toBe(200);
    const now = Date.now();
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask', 'performance'],
      now: now + 303_000,
    });
    expect((await get('/me', token)).status).toBe(200);
    jest.setSystemTime(now + 306_000);
    expect((await get('/me', token)).status).toBe(401);
  });

  it('is too early all the same when the clock is set back before its beginning', async () => {
    const get = await guardedApp();
    const token = issuer.tokenFor('orders');
    expect((await get('/me', token)).status).toBe(200);
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask', 'performance'],
      now: Date.now() - 60_000,
    });
    expect((await get('/me', token)).status).toBe(401);
  });

  it('makes room for others when there are many', async () => {
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    const get = await guardedApp({ rememberedTokens: 2 });
    const [a, b, c] = [issuer.tokenFor('orders'), issuer.tokenFor('orders'), issuer.tokenFor('orders')];
    for (const token of [a, b, a, c, a]) await get('/me', token);
    expect(verify).toHaveBeenCalledTimes(3);
    await get('/me', b);
    expect(verify).toHaveBeenCalledTimes(4);
  });

  it('is not remembered when it was refused', async () => {
    const verify = jest.spyOn(jsonwebtoken, 'verify');
    const get = await guardedApp();
    const expired = issuer.tokenFor('orders', { iat: 1, exp: 2 });
    for (let i = 0; i < 2; i++) expect((await get('/me', expired)).status).toBe(401);
    expect(verify).toHaveBeenCalledTimes(2);
  });
});

/** (r, n − s): another signature over the same text that every verifier of ES256 accepts. */
function malleated(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const other = (order - s).toString(16).padStart(64, '0');
  const text = Buffer.concat([bytes.subarray(0, 32), Buffer.from(other, 'hex')]).toString('base64url');
  return `${header ?? ''}.${payload ?? ''}.${text}`;
}

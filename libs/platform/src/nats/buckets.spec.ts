import { generateKeyPairSync } from 'node:crypto';
import { KeyRing, RevocationList, type Revocation } from '@citadel/auth';
import {
  KEY_SET_ENTRY,
  kvKeySource,
  kvRevocationSource,
  RevocationEntries,
  revocationKey,
  signKeySet,
} from '@citadel/auth/nats';
import { localIssuer, testPrincipal } from '@citadel/auth/testing';
import { scratchNats, type ScratchNats } from '@citadel/stack/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import until from 'p-wait-for';

import { BUCKETS, createBucket, openBucket } from './buckets.js';
import { NatsLink } from './nats-link.js';
import { createStream, EVENTS } from './streams.js';

Logger.overrideLogger(false);

let nats: ScratchNats;
/** The auth service writes with a connection of its own, the treasury reads; each with its own rights. */
let writer: NatsLink;
let reader: NatsLink;
beforeAll(async () => {
  nats = await scratchNats();
  writer = new NatsLink('publisher', nats.configOf('publisher'));
  reader = new NatsLink('treasury', nats.configOf('treasury'));
  await Promise.all([writer.whenConnected(), reader.whenConnected()]);
}, 30_000);
afterAll(async () => {
  await Promise.all([writer?.close(), reader?.close()]);
  await nats?.close();
});
const remove = async (bucket: string) => (await jetstreamManager(writer.connection)).streams.delete(`KV_${bucket}`);
afterEach(async () => {
  const { streams } = await jetstreamManager(writer.connection);
  return Promise.allSettled([...Object.values(BUCKETS).map(remove), streams.delete(EVENTS.name)]);
});

async function restart(): Promise<void> {
  await nats.kill();
  await until(() => !reader.isConnected && !writer.isConnected);
  await nats.start();
  await until(() => reader.isConnected && writer.isConnected);
}

const [first, second] = [localIssuer(), localIssuer()];
const setOf = (...issuers: { readonly jwk: object }[]) =>
  signKeySet(
    issuers.map(({ jwk }) => jwk),
    nats.keySetKey,
  );
const keySource = () => {
  const { KEY_SET_PUBLIC_KEY } = nats.configOf('treasury');
  return kvKeySource(() => openBucket(reader, BUCKETS.keys), KEY_SET_PUBLIC_KEY);
};
const revocationSource = () => {
  const { REVOCATION_KEY } = nats.configOf('treasury');
  return kvRevocationSource(() => openBucket(reader, BUCKETS.revocations), REVOCATION_KEY);
};
const valueOf = (revocation: Revocation) =>
  new RevocationEntries(nats.configOf('auth').REVOCATION_KEY).encode(revocation);

describe('keys over NATS', () => {
  let ring: KeyRing;
  beforeEach(() => (ring = new KeyRing(keySource())));
  afterEach(() => ring.stop());
  const publish = async (...issuers: { readonly jwk: object }[]) =>
    (await createBucket(writer, BUCKETS.keys)).put(KEY_SET_ENTRY, setOf(...issuers));

  it('come when they are published, however late, and go when they are dropped', async () => {
    void ring.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(ring.isReady).toBe(false);
    await publish(first);
    await until(() => ring.find(first.kid) !== undefined);
    await publish(second);
    await until(() => ring.find(second.kid) !== undefined);
    expect(ring.find(first.kid)).toBeUndefined();
  });

  it('are not replaced by a set that the publication key has not signed', async () => {
    await publish(first);
    await ring.start();
    const bucket = await createBucket(writer, BUCKETS.keys);
    const plain = JSON.stringify({ keys: [second.jwk] });
    const foreign = signKeySet([second.jwk], generateKeyPairSync('ed25519').privateKey);
    for (const nonsense of ['', 'nonsense', plain, foreign]) await bucket.put(KEY_SET_ENTRY, nonsense);
    expect(ring.find(second.kid)).toBeUndefined();
    await bucket.delete(KEY_SET_ENTRY);
    await bucket.put(KEY_SET_ENTRY, setOf(first, second));
    await until(() => ring.find(second.kid) !== undefined);
  });

  it('are dropped here when they are dropped while NATS restarts', async () => {
    await publish(first, second);
    await ring.start();
    await restart();
    expect(ring.find(first.kid)).toBeDefined();
    await publish(second);
    await until(() => ring.find(first.kid) === undefined);
    expect(ring.find(second.kid)).toBeDefined();
  });

  it('are dropped here when the bucket is created again without them', async () => {
    await publish(first, second);
    await ring.start();
    await remove(BUCKETS.keys);
    await publish(second);
    await until(() => ring.find(first.kid) === undefined);
    expect(ring.find(second.kid)).toBeDefined();
  }, 15_000);

  it('are not restored by a read that comes late', async () => {
    await publish(first, second);
    let release: () => void = () => undefined;
    let gate: Promise<void> | undefined = new Promise((resolve) => (release = resolve));
    let wasRead: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (wasRead = resolve));
    const { KEY_SET_PUBLIC_KEY } = nats.configOf('treasury');
    const source = kvKeySource(async () => {
      const bucket = await openBucket(reader, BUCKETS.keys);
      const get = async (key: string) => {
        const entry = await bucket.get(key);
        const held = gate;
        gate = undefined;
        wasRead();
        await held;
        return entry;
      };
      return Object.create(bucket, { get: { value: get } }) as typeof bucket;
    }, KEY_SET_PUBLIC_KEY);
    const late = source.load();
    await reading;
    await publish(second);
    await expect(source.load()).resolves.toEqual({ keys: [second.jwk] });
    release();
    await expect(late).resolves.toEqual({ keys: [second.jwk] });
  });
});

describe('revocations over NATS', () => {
  let list: RevocationList;
  beforeEach(() => {
    list = new RevocationList(revocationSource(), { retention: 3600, maximumAge: 30 });
  });
  afterEach(() => list.stop());
  const bucket = (): Promise<KV> => createBucket(writer, BUCKETS.revocations, 3600);
  const revoke = async (revocation: Revocation) => (await bucket()).put(revocationKey(revocation), valueOf(revocation));
  const ada = testPrincipal({ generation: { all: 4, subject: 4 } });

  it.each<Revocation>([
    { kind: 'token', id: ada.tokenId },
    { kind: 'session', id: ada.sessionId ?? '' },
    { kind: 'subject', id: ada.id, generation: 5 },
    { kind: 'everybody', generation: 5 },
  ])('arrive whole, before and after the list was started: %j', async (revocation) => {
    await revoke({ kind: 'token', id: 'another' });
    void list.start();
    await until(() => list.isReady);
    expect(list.isRevoked(ada)).toBe(false);
    await revoke(revocation);
    await until(() => list.isRevoked(ada));

    const late = new RevocationList(revocationSource(), { retention: 3600, maximumAge: 30 });
    void late.start();
    await until(() => late.isReady);
    expect([late.isRevoked(ada), late.size]).toEqual([true, 2]);
    late.stop();
  });

  it('are not known before there is a bucket, and an empty one is enough', async () => {
    void list.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(list.isReady).toBe(false);
    await bucket();
    await until(() => list.isReady);
  });

  it('are all there when the list says that it is ready', async () => {
    const kv = await bucket();
    const tokens = Array.from({ length: 2_000 }, (_, i) => ({ kind: 'token', id: `t${i}` }) as const);
    for (const one of tokens) writer.connection.publish(`$KV.revocations.${revocationKey(one)}`, valueOf(one));
    while ((await kv.status()).values < tokens.length);
    void list.start();
    await until(() => list.isReady);
    expect(list.size).toBe(2_000);
  });

  it('are read in their order, because NATS would scan a million subjects to find the last of each', async () => {
    await bucket();
    void list.start();
    await until(() => list.isReady);
    const { consumers } = await jetstreamManager(writer.connection);
    const policies = (await consumers.list(`KV_${BUCKETS.revocations}`).next()).map(
      ({ config }) => config.deliver_policy,
    );
    expect(policies).toEqual(['all']);
  });

  it('are ignored when they do not authenticate, and hold up nothing', async () => {
    const kv = await bucket();
    const copied = valueOf({ kind: 'subject', id: 'ada', generation: 7 });
    for (const key of ['subject.bob', 'everybody', 'token.ada', 'planet.earth']) {
      for (const value of ['', '7', 'many', copied]) await kv.put(key, value);
    }
    void list.start();
    await until(() => list.isReady);
    expect(list.size).toBe(0);
  });

  it('made while NATS restarts arrive', async () => {
    await revoke({ kind: 'token', id: 'before' });
    void list.start();
    await until(() => list.isReady);
    await restart();
    await revoke({ kind: 'token', id: ada.tokenId });
    await until(() => list.isRevoked(ada));
    expect(list.isRevoked({ ...ada, tokenId: 'before' })).toBe(true);
  });

  it('are kept when the bucket is created again with them', async () => {
    await revoke({ kind: 'token', id: 'before' });
    await revoke({ kind: 'token', id: 'before-too' });
    void list.start();
    await until(() => list.isReady);
    await remove(BUCKETS.revocations);
    await revoke({ kind: 'token', id: ada.tokenId });
    // The list asks once in a second, and begins again when it has been behind for five.
    await until(() => list.isRevoked(ada));
    expect(list.isRevoked({ ...ada, tokenId: 'before' })).toBe(true);
  }, 15_000);
});

describe('a bucket', () => {
  it('is not for readers to write', async () => {
    await createBucket(writer, BUCKETS.revocations, 3600);
    const kv = (await openBucket(reader, BUCKETS.revocations)) as KV;
    await expect(kv.put('token.x', '')).rejects.toThrow(/permissions violation/i);
    const own = await createBucket(writer, BUCKETS.revocations, 3600);
    expect(await own.get('token.x')).toBeNull();
  });

  it('gets the lifetime that is asked for, though it was made with another', async () => {
    await createBucket(writer, BUCKETS.revocations, 60);
    const status = await (await createBucket(writer, BUCKETS.revocations, 3600)).status();
    expect(status.ttl).toBe(3_600_000);
  });
});

describe('JetStream, asked by a service', () => {
  let treasury: NatsConnection;
  beforeEach(async () => (treasury = await nats.connectAs('treasury')));
  afterEach(() => treasury.close());
  const lastSequence = async (stream: string) =>
    (await (await jetstreamManager(writer.connection)).streams.info(stream)).state.last_seq;

  it.each(['$KV.revocations.everybody', 'streams.$KV.revocations.everybody', 'events.auth.x'])(
    'stores no answer under %s',
    async (reply) => {
      await createBucket(writer, BUCKETS.keys);
      await createBucket(writer, BUCKETS.revocations, 3600);
      await createStream(writer, EVENTS, 120);
      for (const operation of ['STREAM.INFO.KV_jwks', 'STREAM.MSG.GET.KV_jwks', 'CONSUMER.CREATE.KV_jwks.x']) {
        treasury.publish(`streams.${operation}`, '{}', { reply });
        // Answered in its turn: by then the one before has been answered, too.
        expect((await treasury.request(`streams.${operation}`, '{}')).json()).toHaveProperty('type');
      }
      expect([await lastSequence('KV_revocations'), await lastSequence('events')]).toEqual([0, 0]);
    },
  );

  it('delivers to no service, and not into another bucket', async () => {
    const kv = await createBucket(writer, BUCKETS.revocations, 3600);
    await createBucket(writer, BUCKETS.keys);
    await kv.put('everybody', 'x');
    const archives = await nats.connectAs('archives');
    archives.subscribe('archives.x', { callback: () => undefined });
    await archives.flush();
    for (const [index, target] of ['archives.x', '_INBOX.archives.x', '$KV.jwks.current'].entries()) {
      const name = `push${index}`;
      const config = { name, deliver_subject: target, deliver_policy: 'all', ack_policy: 'none' };
      const body = JSON.stringify({ stream_name: 'KV_revocations', config });
      const made = await treasury.request(`streams.CONSUMER.CREATE.KV_revocations.${name}`, body);
      expect(made.json()).toMatchObject({ name });
      const info = await (await jetstreamManager(writer.connection)).consumers.info('KV_revocations', name);
      expect([target, info.push_bound ?? false, info.delivered.consumer_seq]).toEqual([target, false, 0]);
    }
    await archives.close();
  });

  it('makes a thousand consumers of a bucket at most', async () => {
    await createBucket(writer, BUCKETS.revocations, 3600);
    const { streams } = await jetstreamManager(writer.connection);
    expect((await streams.info('KV_revocations')).config.max_consumers).toBe(1_000);
    await createStream(writer, EVENTS, 120);
    expect((await streams.info('events')).config.max_consumers).toBe(1_000);
  });
});

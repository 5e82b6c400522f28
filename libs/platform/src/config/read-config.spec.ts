import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

import {
  commonConfig,
  ed25519PrivateKey,
  ed25519PublicKeys,
  list,
  privateKeyPem,
  secretKey,
  secretKeys,
  whole,
} from './fields.js';
import { ConfigError, readConfig } from './read-config.js';

const folder = mkdtempSync(path.join(tmpdir(), 'citadel-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
function fileWith(text: string): string {
  const file = path.join(folder, String(Math.random()));
  writeFileSync(file, text);
  return file;
}

function faultsOf(schema: z.ZodObject, environment: Record<string, string>): readonly string[] {
  try {
    readConfig(schema, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

const Schema = z.object({ URL: z.url(), KEY: secretKey, PORT: whole(1, 65_535).default(8443), ORIGINS: list });
const key = Buffer.alloc(32, 7).toString('base64');
const good = { URL: 'https://citadel.test', KEY: key };

describe('configuration', () => {
  it('is read, with what was left out, and cannot be changed', () => {
    const config = readConfig(Schema, { ...good, ORIGINS: ' https://a.test, ,https://b.test', ELSE: 'ignored' });
    expect(config).toEqual({
      URL: 'https://citadel.test',
      KEY: Buffer.alloc(32, 7),
      PORT: 8443,
      ORIGINS: ['https://a.test', 'https://b.test'],
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes a value from the file that X_FILE names, without the line break at its end', () => {
    expect(readConfig(Schema, { URL: good.URL, KEY_FILE: fileWith(`${key}\n`) }).KEY).toHaveLength(32);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig(Schema, { ...good, PORT: '', KEY_FILE: '' }).PORT).toBe(8443);
    expect(faultsOf(Schema, { ...good, URL: '' })).toEqual(['URL is missing; set it, or URL_FILE']);
  });

  it('names every fault at once', () => {
    const environment = { KEY_FILE: path.join(folder, 'nowhere'), PORT: '65536' };
    expect(faultsOf(Schema, environment)).toEqual([
      `KEY_FILE: cannot read ${path.join(folder, 'nowhere')} (ENOENT)`,
      'URL is missing; set it, or URL_FILE',
      'PORT: Too big: expected number to be <=65535',
    ]);
    expect(() => readConfig(Schema, environment)).toThrow(
      /Invalid configuration:\n {2}- KEY_FILE.*\n {2}- URL.*\n {2}- PORT/,
    );
  });

  it('takes an empty file for a variable that is not set', () => {
    expect(faultsOf(Schema, { URL: good.URL, KEY_FILE: fileWith('\n') })).toEqual([
      'KEY is missing; set it, or KEY_FILE',
    ]);
    const Optional = Schema.extend({ KEY_PREVIOUS: secretKey.optional() });
    expect(faultsOf(Optional, { ...good, KEY_PREVIOUS_FILE: fileWith('') })).toEqual([]);
  });

  it('refuses to choose between a variable and its file', () => {
    expect(faultsOf(Schema, { ...good, KEY_FILE: fileWith(key) })).toEqual(['KEY_FILE and KEY are both set; keep one']);
  });

  it.each([
    [
      'in the variable',
      () => ({
        NATS_NKEY_SEED: 'SUhunter2',
        NATS_CA: 'hunter2',
        KEY: 'hunter2',
        TLS_KEY: 'hunter2',
        KEY_SET_PUBLIC_KEY: 'hunter2',
        REVOCATION_KEY: 'hunter2',
        SIGNING: 'hunter2',
      }),
    ],
    [
      'in files',
      () => ({
        NATS_NKEY_SEED_FILE: fileWith('hunter2'),
        NATS_CA_FILE: fileWith('hunter2'),
        KEY_FILE: fileWith('hunter2'),
        TLS_KEY_FILE: fileWith('hunter2'),
        KEY_SET_PUBLIC_KEY_FILE: fileWith('hunter2'),
        REVOCATION_KEY_FILE: fileWith('hunter2'),
        SIGNING_FILE: fileWith('hunter2'),
      }),
    ],
  ])('never repeats a value that is wrong: %s', (_, secrets) => {
    const All = z.object({
      ...commonConfig,
      KEY: secretKey,
      TLS_KEY: privateKeyPem,
      SIGNING: ed25519PrivateKey,
      LEVEL: z.enum(['a']),
      SIZE: whole(1, 2),
    });
    const faults = faultsOf(All, {
      NATS_URL: 'hunter2',
      CITADEL_ISSUER: 'hunter2',
      LOG_LEVEL: 'hunter2',
      LEVEL: 'hunter2',
      SIZE: 'hunter2',
      ...secrets(),
    });
    expect(faults.map((fault) => fault.split(/[: ]/)[0]).sort()).toEqual(
      [
        'NATS_URL',
        'NATS_CA',
        'NATS_NKEY_SEED',
        'CITADEL_ISSUER',
        'LOG_LEVEL',
        'KEY',
        'TLS_KEY',
        'KEY_SET_PUBLIC_KEY',
        'REVOCATION_KEY',
        'SIGNING',
        'LEVEL',
        'SIZE',
      ].sort(),
    );
    expect(faults.join('\n')).not.toContain('hunter2');
  });

  it.each([
    ['without TLS', { CITADEL_ISSUER: 'http://citadel.test' }],
    ['with a slash at its end', { CITADEL_ISSUER: 'https://citadel.test/' }],
    ['over another protocol', { NATS_URL: 'http://citadel.test' }],
    ['of somebody who is no user', { NATS_NKEY_SEED: `SA${'A'.repeat(56)}` }],
    ['that would forgive a clock for minutes', { CLOCK_TOLERANCE: '61' }],
  ])('refuses an address or identity %s', (_, changed) => {
    const usual = {
      NATS_URL: 'tls://127.0.0.1:4222',
      NATS_NKEY_SEED: `SU${'A'.repeat(56)}`,
      KEY_SET_PUBLIC_KEY: pemOf('ed25519').publicKey,
      REVOCATION_KEY: key,
      CITADEL_ISSUER: 'https://citadel.test',
    };
    expect(faultsOf(z.object(commonConfig), usual)).toEqual([]);
    expect(faultsOf(z.object(commonConfig), { ...usual, ...changed })).toHaveLength(1);
  });

  it.each(['', 'c2hvcnQ=', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])(
    'refuses a key of another length than 32 bytes: %j',
    (text) => {
      expect(secretKey.safeParse(text).success).toBe(false);
    },
  );

  it('takes two keys where one replaces the other, and no third', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => Buffer.alloc(32, i).toString('base64'));
    const read = (count: number) => secretKeys.safeParse(lines(count).join('\n'));
    expect([1, 2].map((count) => read(count).data?.length)).toEqual([1, 2]);
    expect([0, 3].map((count) => read(count).success)).toEqual([false, false]);
    expect(secretKeys.safeParse(`${key}\nc2hvcnQ=`).success).toBe(false);

    const pems = () => pemOf('ed25519').publicKey;
    expect(ed25519PublicKeys.safeParse(pems() + pems()).data).toHaveLength(2);
    expect(ed25519PublicKeys.safeParse(pems() + pems() + pems()).success).toBe(false);
  });

  it('refuses a publication key of another kind, and a private one where a public one belongs', () => {
    const [good, other] = [pemOf('ed25519'), pemOf('x25519')];
    expect(ed25519PrivateKey.safeParse(good.privateKey).success).toBe(true);
    for (const wrong of [good.publicKey, other.privateKey]) {
      expect(ed25519PrivateKey.safeParse(wrong).success).toBe(false);
    }
    for (const wrong of [good.privateKey, other.publicKey, good.publicKey + other.publicKey]) {
      expect(ed25519PublicKeys.safeParse(wrong).success).toBe(false);
    }
  });
});

function pemOf(type: 'ed25519' | 'x25519') {
  const { privateKey, publicKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return {
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

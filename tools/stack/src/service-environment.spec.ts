import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { prepareSecrets, type Secrets } from './secrets/prepare-secrets.js';
import { serviceEnvironment, type Addresses } from './service-environment.js';
import { DATABASE_SERVICES, forEachOf, NATS_USERS, SERVICES, type ServiceName } from './service-names.js';

let folder: string;
let secrets: Secrets;
const addresses: Addresses = {
  issuer: 'https://localhost:8443',
  gatewayHost: '127.0.0.1',
  gatewayPort: 8443,
  natsUrl: 'tls://127.0.0.1:4711',
  natsCa: '/ca.pem',
  nkeySeeds: forEachOf(NATS_USERS, (user) => `/nkeys/${user}.seed`),
  databases: forEachOf(DATABASE_SERVICES, (service) => `postgresql://citadel_${service}@127.0.0.1/citadel_${service}`),
  migratorDatabases: forEachOf(DATABASE_SERVICES, (service) => `postgresql://migrator@127.0.0.1/citadel_${service}`),
  databaseCa: '/ca.pem',
};
const environmentOf = (service: ServiceName, inherited: NodeJS.ProcessEnv = {}) =>
  serviceEnvironment(service, inherited, addresses, secrets);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-environment-'));
  secrets = await prepareSecrets(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the environment of a service', () => {
  it('has its own identity and its own database, and those of no other', () => {
    for (const service of DATABASE_SERVICES) {
      const env = environmentOf(service);
      expect(env.NATS_NKEY_SEED_FILE).toBe(`/nkeys/${service}.seed`);
      expect(env.DATABASE_URL).toBe(addresses.databases[service]);
      expect(JSON.stringify(env)).not.toContain('migrator');
      const others = DATABASE_SERVICES.filter((other) => other !== service);
      for (const other of others) expect(JSON.stringify(env)).not.toContain(`citadel_${other}`);
    }
  });

  it('has the keys of auth in auth alone, and the certificate in the gateway alone', () => {
    const has = (name: string) => SERVICES.filter((service) => name in environmentOf(service));
    expect(has('AUTH_KEY_ENCRYPTION_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_REFRESH_TOKEN_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_KEY_SET_PRIVATE_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_PUBLISHER_NKEY_SEED_FILE')).toEqual(['auth']);
    expect(has('KEY_SET_PUBLIC_KEY_FILE')).toEqual(SERVICES);
    expect(has('REVOCATION_KEY_FILE')).toEqual(SERVICES);
    expect(has('GATEWAY_TLS_KEY_FILE')).toEqual(['gateway']);
    expect(has('DATABASE_URL')).toEqual(['auth', 'treasury', 'archives']);
  });

  it('passes on settings of the user, but nothing that contradicts the stack or belongs to another', () => {
    const env = environmentOf('treasury', {
      LOG_LEVEL: 'debug',
      NATS_URL_FILE: '/elsewhere',
      NATS_CA: 'another authority',
      DATABASE_URL_AUTH: 'postgresql://secret',
      DATABASE_MIGRATOR_URL_TREASURY: 'postgresql://secret',
      NATS_NKEY_SEED_FILE_AUTH: '/secret',
      NODE_OPTIONS: '--inspect=9229',
    });
    expect(env.LOG_LEVEL).toBe('debug');
    expect(env.NATS_URL).toBe('tls://127.0.0.1:4711');
    for (const name of ['NATS_URL_FILE', 'NATS_CA', 'NODE_OPTIONS']) expect(env).not.toHaveProperty(name);
    expect(JSON.stringify(env)).not.toContain('secret"');
    expect(env).not.toHaveProperty('NATS_NKEY_SEED_FILE_AUTH');
  });
});

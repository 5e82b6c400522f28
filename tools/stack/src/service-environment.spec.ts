import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DATABASE_SERVICES, SERVICE_NAMES, type ServiceName } from '@citadel/contracts';

import { prepareSecrets, type Secrets } from './secrets/prepare-secrets.js';
import { serviceEnvironment, settingsOf, type Addresses } from './service-environment.js';
import { forEachOf, NATS_USERS } from './service-names.js';

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
  databaseFiles: forEachOf(DATABASE_SERVICES, (service) => `/databases/${service}.url`),
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
      expect(env.DATABASE_URL_FILE).toBe(`/databases/${service}.url`);
      expect(JSON.stringify(env)).not.toContain('migrator');
      const others = DATABASE_SERVICES.filter((other) => other !== service);
      for (const other of others) expect(JSON.stringify(env)).not.toContain(`citadel_${other}`);
    }
  });

  it('has the keys of auth in auth alone, and the certificate in the gateway alone', () => {
    const has = (name: string) => SERVICE_NAMES.filter((service) => name in environmentOf(service));
    expect(has('AUTH_KEY_ENCRYPTION_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_REFRESH_TOKEN_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_KEY_SET_PRIVATE_KEY_FILE')).toEqual(['auth']);
    expect(has('AUTH_PUBLISHER_NKEY_SEED_FILE')).toEqual(['auth']);
    expect(has('KEY_SET_PUBLIC_KEY_FILE')).toEqual(SERVICE_NAMES);
    expect(has('REVOCATION_KEY_FILE')).toEqual(SERVICE_NAMES);
    expect(has('GATEWAY_TLS_KEY_FILE')).toEqual(['gateway']);
    expect(has('DATABASE_URL_FILE')).toEqual(DATABASE_SERVICES);
  });

  it('holds no secret itself, only the names of files', () => {
    const environments = JSON.stringify(SERVICE_NAMES.map((service) => environmentOf(service, { PATH: '/bin' })));
    for (const { text } of [...Object.values(secrets.keys), ...Object.values(secrets.databasePasswords)]) {
      expect(environments).not.toContain(JSON.stringify(text).slice(1, -1));
    }
    expect(environments).not.toMatch(/postgresql:|PRIVATE KEY|"SU[A-Z2-7]{56}/);
  });

  it('passes on the settings of the very service and nothing that contradicts the stack', () => {
    const given = {
      LOG_LEVEL: 'debug',
      CALL_TIMEOUT_MS: '500',
      NATS_URL_FILE: '/elsewhere',
      NATS_CA: 'another authority',
    };
    expect(environmentOf('gateway', given)).toMatchObject({ LOG_LEVEL: 'debug', CALL_TIMEOUT_MS: '500' });
    const env = environmentOf('treasury', given);
    expect(env).toMatchObject({ LOG_LEVEL: 'debug', NATS_URL: 'tls://127.0.0.1:4711' });
    for (const name of ['CALL_TIMEOUT_MS', 'NATS_URL_FILE', 'NATS_CA']) expect(env).not.toHaveProperty(name);
  });

  it.each(SERVICE_NAMES)('passes on to %s nothing that is not on the list of its settings', (service) => {
    const unknown = {
      DATABASE_URL_AUTH: 'postgresql://secret',
      DATABASE_PASSWORD: 'secret',
      NATS_NKEY_SEED_FILE_AUTH: '/secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      NODE_OPTIONS: '--inspect=9229',
      npm_config_registry: 'secret',
      SEED_USERS: '[]',
    };
    expect(environmentOf(service, unknown)).toEqual(environmentOf(service));
  });

  it('knows the settings of each service', () => {
    expect(settingsOf('gateway')).toEqual(expect.arrayContaining(['LOG_LEVEL', 'CORS_ORIGINS', 'TRUSTED_PROXIES']));
    expect(settingsOf('auth')).toEqual(expect.arrayContaining(['LOG_LEVEL', 'DATABASE_CA', 'SIGNING_KEY_PERIOD']));
    expect(settingsOf('treasury')).toContain('DATABASE_TIMEOUT_MS');
    expect(settingsOf('gateway')).not.toContain('DATABASE_TIMEOUT_MS');
    expect(settingsOf('treasury')).not.toEqual(expect.arrayContaining(['AUTH_KEY_ENCRYPTION_KEY']));
  });
});

import { SERVICE_NAMES } from '@citadel/contracts';

import { forEachOf, NATS_USERS } from '../service-names.js';
import { renderNatsConfig } from './nats-config.js';

const publicKeys = forEachOf(NATS_USERS, (user) => `U${user.toUpperCase()}`);
const options = {
  host: '127.0.0.1',
  port: 4711,
  certificate: '/a folder/nats.pem',
  key: '/a folder/nats.key',
  storeFolder: '/store',
  publicKeys,
};

describe('renderNatsConfig', () => {
  const rendered = renderNatsConfig(options);

  it('admits every service of the register, the publisher, and no other user', () => {
    const admitted = [...rendered.matchAll(/nkey: "([\w-]+)"/g)].map(([, key]) => key);
    expect(admitted.sort()).toEqual([...SERVICE_NAMES, 'publisher'].map((name) => `U${name.toUpperCase()}`).sort());
  });

  it('demands TLS, keeps streams on disk and bounds messages', () => {
    expect(rendered).toContain('listen: "127.0.0.1:4711"');
    expect(rendered).toMatch(/tls \{\s+cert_file: "\/a folder\/nats.pem"\s+key_file: "\/a folder\/nats.key"/);
    expect(rendered).toMatch(/jetstream \{\s+store_dir: "\/store"/);
    expect(rendered).toContain('max_payload: 2MB');
  });

  it('has every write on disk before it is acknowledged, where the server has that option', () => {
    const syncOf = (version?: string) => /sync_interval: always/.test(renderNatsConfig({ ...options, version }));
    expect([undefined, '2.9.10', '2.10.0', '2.12', '3.0.1'].map(syncOf)).toEqual([false, false, true, true, true]);
  });

  it('opens a port for monitoring only when asked', () => {
    expect(rendered).not.toContain('http');
    expect(renderNatsConfig({ ...options, monitoring: '127.0.0.1:8222' })).toContain('http: "127.0.0.1:8222"');
  });
});

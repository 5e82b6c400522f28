import { forEachOf, SERVICES } from '../service-names.js';
import { renderNatsConfig } from './nats-config.js';
import { NATS_PERMISSIONS } from './nats-permissions.js';

const publicKeys = forEachOf(SERVICES, (service) => `U${service.toUpperCase()}`);
const options = {
  host: '127.0.0.1',
  port: 4711,
  certificate: '/a folder/nats.pem',
  key: '/a folder/nats.key',
  storeFolder: '/store',
  publicKeys,
};

/** NATS's own rule: `*` stands for one token, `>` for one or more at the end. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index;
    if (given[index] === undefined || (token !== '*' && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}

const may = (patterns: readonly string[], subject: string) => patterns.some((pattern) => matches(pattern, subject));
const mayPublish = (service: keyof typeof NATS_PERMISSIONS, subject: string) =>
  may(NATS_PERMISSIONS[service].publish, subject) && !may(NATS_PERMISSIONS[service].denyPublish ?? [], subject);
const mayHear = (service: keyof typeof NATS_PERMISSIONS, subject: string) =>
  may(NATS_PERMISSIONS[service].subscribe, subject) && !may(NATS_PERMISSIONS[service].denySubscribe ?? [], subject);

describe('the permissions on NATS', () => {
  // A difference here changes who may speak to whom behind the gateway's back.
  it.each([
    ['gateway', 'treasury.openAccount', true],
    ['gateway', 'auth.login', true],
    ['gateway', 'events.treasury.account-opened', false],
    ['gateway', '$KV.jwks.key', false],
    ['gateway', '$KV.revocations.jti', false],
    ['gateway', '$JS.API.STREAM.DELETE.KV_jwks', false],
    ['auth', '$KV.jwks.key', true],
    ['auth', '$KV.revocations.jti', true],
    ['auth', 'treasury.openAccount', false],
    ['auth', 'events.treasury.account-opened', false],
    ['treasury', '$KV.jwks.key', false],
    ['treasury', '$KV.revocations.jti', false],
    ['treasury', 'archives.fileDocument', false],
    ['treasury', 'auth.login', false],
    ['treasury', 'events.treasury.account-opened', true],
    ['treasury', 'events.archives.document-filed', false],
    ['treasury', '$JS.API.STREAM.PURGE.KV_revocations', false],
    ['treasury', '$JS.API.STREAM.UPDATE.KV_jwks', false],
    ['treasury', '$JS.API.CONSUMER.CREATE.KV_jwks.watch', true],
    ['treasury', '$JS.API.DIRECT.GET.KV_revocations.$KV.revocations.jti', true],
    ['archives', '$KV.jwks.key', false],
    ['archives', 'treasury.openAccount', false],
    ['archives', 'events.archives.document-filed', true],
    ['archives', 'events.auth.role-changed', false],
    ['gateway', '_INBOX.gateway1.1', false],
    ['auth', '_INBOX.gateway1.1', true],
    ['auth', '_INBOX.treasury.1', false],
    ['treasury', '_INBOX.gateway1', true],
    ['treasury', '_INBOX.treasury.1.1', true],
    ['treasury', '_INBOX.auth.1.1', false],
    ['archives', '_INBOX.treasury.1', false],
  ] as const)('%s publishes to %s: %s', (service, subject, expected) => {
    expect(mayPublish(service, subject)).toBe(expected);
  });

  it.each([
    ['gateway', '_INBOX.gateway1.1', true],
    ['gateway', '_INBOX.auth.1', false],
    ['gateway', '_INBOX.treasury.1', false],
    ['gateway', '_INBOX.archives.1', false],
    ['gateway', 'treasury.openAccount', false],
    ['auth', 'auth.login', true],
    ['auth', '_INBOX.auth.1', true],
    ['auth', '_INBOX.treasury.1', false],
    ['auth', 'treasury.openAccount', false],
    ['treasury', 'treasury.openAccount', true],
    ['treasury', 'auth.login', false],
    ['treasury', '_INBOX.gateway1.1', false],
    ['archives', 'archives.fileDocument', true],
    ['archives', 'treasury.openAccount', false],
    ['archives', '_INBOX.treasury.1', false],
  ] as const)('%s hears %s: %s', (service, subject, expected) => {
    expect(mayHear(service, subject)).toBe(expected);
  });

  it('let no service answer to whatever subject a request names', () => {
    expect(renderNatsConfig(options)).not.toContain('allow_responses');
  });
});

describe('renderNatsConfig', () => {
  const rendered = renderNatsConfig(options);

  it('has every service as a user of its own, and nobody else', () => {
    expect([...rendered.matchAll(/nkey: "(\w+)"/g)].map(([, key]) => key)).toEqual(
      SERVICES.map((name) => publicKeys[name]),
    );
    expect(rendered).not.toMatch(/no_auth_user|allow_non_tls|password|token/);
  });

  it('writes down the permissions of each', () => {
    for (const service of SERVICES) {
      const block = rendered.slice(rendered.indexOf(`# ${service}\n`)).split('    }\n')[0] ?? '';
      const { publish, denyPublish = [], subscribe, denySubscribe = [] } = NATS_PERMISSIONS[service];
      for (const subject of [...publish, ...denyPublish, ...subscribe, ...denySubscribe])
        expect(block).toContain(`"${subject}"`);
    }
  });

  it('demands TLS, keeps streams on disk and bounds messages', () => {
    expect(rendered).toContain('listen: "127.0.0.1:4711"');
    expect(rendered).toMatch(/tls \{\s+cert_file: "\/a folder\/nats.pem"\s+key_file: "\/a folder\/nats.key"/);
    expect(rendered).toMatch(/jetstream \{\s+store_dir: "\/store"/);
    expect(rendered).toContain('max_payload: 2MB');
  });

  it('opens a port for monitoring only when asked', () => {
    expect(rendered).not.toContain('http');
    expect(renderNatsConfig({ ...options, monitoring: '127.0.0.1:8222' })).toContain('http: "127.0.0.1:8222"');
  });
});

import { renderNatsAccounts } from './accounts.js';
import { natsPermissions, PUBLISHER_PERMISSIONS, type SubjectPermissions } from './permissions.js';

const SERVICES = ['auth', 'treasury', 'archives'] as const;
const PROCESSES = [...SERVICES, 'gateway'] as const;
type Process = (typeof PROCESSES)[number];
const publicKeys = { auth: 'UA', treasury: 'UT', archives: 'UR', gateway: 'UG', publisher: 'UP' };

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
const LINKS = {
  archives: { consumers: ['archives_treasury_transfer-settled'], calls: ['treasury.findTransfer'] },
};
const ofProcesses = natsPermissions(SERVICES, LINKS);
const permissionsOf = (user: Process | 'publisher' | 'bazaar', all = ofProcesses): SubjectPermissions =>
  user === 'publisher' ? PUBLISHER_PERMISSIONS : (all[user] ?? { publish: [], subscribe: [] });
const mayPublish = (user: Parameters<typeof permissionsOf>[0], subject: string, all = ofProcesses) => {
  const { publish, denyPublish = [] } = permissionsOf(user, all);
  return may(publish, subject) && !may(denyPublish, subject);
};
const mayHear = (user: Parameters<typeof permissionsOf>[0], subject: string, all = ofProcesses) => {
  const { subscribe, denySubscribe = [] } = permissionsOf(user, all);
  return may(subscribe, subject) && !may(denySubscribe, subject);
};

describe('the permissions on NATS', () => {
  // A difference here changes who may speak to whom behind the gateway's back.
  it.each([
    ['gateway', 'treasury.openAccount', true],
    ['gateway', 'auth.login', true],
    ['gateway', 'events.treasury.account-opened', false],
    ['gateway', '$KV.jwks.key', false],
    ['gateway', '$KV.revocations.jti', false],
    ['gateway', '$JS.API.STREAM.DELETE.KV_jwks', false],
    ['publisher', '$KV.jwks.key', true],
    ['publisher', '$KV.revocations.jti', true],
    ['publisher', 'auth.login', false],
    ['publisher', 'events.treasury.account-opened', false],
    ['auth', '$KV.jwks.key', false],
    ['auth', '$KV.revocations.jti', false],
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
    ['treasury', '$JS.API.CONSUMER.CREATE.KV_jwks.watch', false],
    ['treasury', 'streams.CONSUMER.CREATE.KV_jwks.watch', true],
    ['treasury', 'streams.CONSUMER.CREATE.events.watch', false],
    ['treasury', 'streams.CONSUMER.DURABLE.CREATE.KV_jwks.watch', false],
    ['treasury', 'streams.STREAM.MSG.GET.KV_jwks', true],
    ['treasury', 'streams.STREAM.MSG.GET.KV_revocations', false],
    ['treasury', 'streams.DIRECT.GET.KV_revocations.$KV.revocations.jti', false],
    ['treasury', 'streams.$KV.revocations.everybody', false],
    ['treasury', '_WATCH.archives.1', false],
    ['archives', '$KV.jwks.key', false],
    ['archives', 'treasury.openAccount', false],
    ['archives', 'events.archives.document-filed', true],
    ['archives', 'events.auth.role-changed', false],
    ['archives', 'streams.CONSUMER.MSG.NEXT.events.archives_treasury_transfer-settled', true],
    ['archives', '$JS.ACK.events.archives_treasury_transfer-settled.1.2.3.4.0', true],
    ['archives', 'streams.CONSUMER.MSG.NEXT.events.audit-trail', false],
    ['archives', '$JS.ACK.events.audit-trail.1.2.3.4.0', false],
    ['archives', 'streams.CONSUMER.DURABLE.CREATE.events.archives_treasury_transfer-settled', false],
    ['archives', 'streams.CONSUMER.DELETE.events.archives_treasury_transfer-settled', false],
    ['archives', 'streams.STREAM.MSG.GET.events', false],
    ['treasury', 'streams.CONSUMER.MSG.NEXT.events.archives_treasury_transfer-settled', false],
    ['treasury', '$JS.ACK.events.archives_treasury_transfer-settled.1.2.3.4.0', false],
    ['archives', 'treasury.findTransfer', true],
    ['archives', 'treasury.transfer', false],
    ['archives', 'auth.login', false],
    ['treasury', '_CALLS.archives.1.1', true],
    ['auth', '_CALLS.archives.1.1', false],
    ['archives', '_CALLS.treasury.1.1', false],
    ['gateway', '_CALLS.archives.1.1', false],
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
    ['treasury', '_WATCH.treasury.1', true],
    ['treasury', '_WATCH.archives.1', false],
    ['publisher', '_INBOX.publisher.1', true],
    ['publisher', '$KV.revocations.everybody', false],
    ['archives', 'archives.fileDocument', true],
    ['archives', 'treasury.openAccount', false],
    ['archives', '_INBOX.treasury.1', false],
    ['archives', '_CALLS.archives.1.1', true],
    ['archives', '_CALLS.treasury.1.1', false],
    ['treasury', '_CALLS.archives.1.1', false],
    ['gateway', '_CALLS.archives.1.1', false],
  ] as const)('%s hears %s: %s', (service, subject, expected) => {
    expect(mayHear(service, subject)).toBe(expected);
  });

  it('follow from the list of services: a new one is asked by the gateway, hears itself, and nothing else', () => {
    const all = natsPermissions(['auth', 'bazaar']);
    expect(mayPublish('gateway', 'bazaar.open', all)).toBe(true);
    expect(mayHear('bazaar', 'bazaar.open', all)).toBe(true);
    expect(mayPublish('bazaar', 'events.bazaar.opened', all)).toBe(true);
    expect(mayPublish('bazaar', 'streams.STREAM.INFO.KV_jwks', all)).toBe(true);
    for (const subject of ['auth.login', 'events.auth.login', '_INBOX.auth.1', '$KV.jwks.current']) {
      expect([subject, mayPublish('bazaar', subject, all)]).toEqual([subject, false]);
    }
    for (const subject of ['_INBOX.bazaar.1', '_WATCH.bazaar.1']) {
      expect([subject, mayHear('auth', subject, all), mayHear('gateway', subject, all)]).toEqual([
        subject,
        false,
        false,
      ]);
    }
  });

  it('let no service answer to whatever subject a request names', () => {
    expect(renderNatsAccounts(SERVICES, LINKS, publicKeys)).not.toContain('allow_responses');
  });
});

describe('renderNatsAccounts', () => {
  const rendered = renderNatsAccounts(SERVICES, LINKS, publicKeys);

  it('has one user for each process, streams for the publisher alone, and no other users', () => {
    const keysIn = (part: string) => [...part.matchAll(/nkey: "(\w+)"/g)].map(([, key]) => key);
    const [streams = '', bus = ''] = rendered.split('  bus {');
    expect(keysIn(bus)).toEqual(PROCESSES.map((name) => publicKeys[name]));
    expect(keysIn(streams)).toEqual([publicKeys.publisher]);
    expect(bus).not.toContain('jetstream');
    expect(rendered).not.toMatch(/no_auth_user|allow_non_tls|password|token/);
  });

  it('writes down the permissions of each', () => {
    for (const user of [...PROCESSES, 'publisher'] as const) {
      const block = rendered.slice(rendered.indexOf(`# ${user}\n`)).split('      }\n')[0] ?? '';
      const { publish, denyPublish = [], subscribe, denySubscribe = [] } = permissionsOf(user);
      for (const subject of [...publish, ...denyPublish, ...subscribe, ...denySubscribe])
        expect(block).toContain(`"${subject}"`);
    }
  });

  it('exports no subject on which a stream stores keys or revocations, and nothing to everybody', () => {
    const exported = rendered.split('exports: [')[1]?.split('    ]')[0] ?? '';
    expect(exported).not.toContain('"$KV.');
    for (const line of exported.trim().split('\n')) expect(line).toContain('accounts: [bus]');
  });
});

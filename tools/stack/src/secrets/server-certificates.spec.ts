import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer } from 'node:tls';

import { openAuthority, type CertificateAuthority } from './certificate-authority.js';
import { keepServerCertificate, needsRenewal } from './server-certificates.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const daysLater = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

let folder: string;
let authority: CertificateAuthority;
const files = () => ({ certificate: path.join(folder, 'nats.pem'), key: path.join(folder, 'nats.key') });
const keep = (now: Date, hostnames: string[] = []) =>
  keepServerCertificate(authority, files(), { commonName: 'nats', hostnames, now });
const certificate = () => readFileSync(files().certificate, 'utf8');

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'citadel-certificates-'));
  authority = await openAuthority(path.join(folder, 'ca.pem'), path.join(folder, 'ca.key'), NOW);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a server certificate', () => {
  it('is signed by the authority, for this machine and the names asked for, for ninety days', async () => {
    await keep(NOW, ['nats']);
    const made = new X509Certificate(certificate());
    const issuer = new X509Certificate(readFileSync(path.join(folder, 'ca.pem')));
    expect(made.verify(issuer.publicKey)).toBe(true);
    expect(made.checkIssued(issuer)).toBe(true);
    expect(made.ca).toBe(false);
    expect(made.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:nats');
    expect(new Date(made.validTo)).toEqual(daysLater(90));
    expect(made.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it('has a key that belongs to it and that its owner alone may read', async () => {
    await keep(NOW);
    const key = readFileSync(files().key, 'utf8');
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(statSync(files().key).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['stays while thirty days remain', 60, false],
    ['is renewed when less remains', 61, true],
    ['is renewed when it has ended', 120, true],
  ])('%s', async (_, days, isRenewed) => {
    await keep(NOW);
    const before = certificate();
    await keep(daysLater(days));
    expect(certificate() !== before).toBe(isRenewed);
  });

  it('is replaced when a name is missing in it', async () => {
    await keep(NOW);
    expect(needsRenewal(certificate(), authority, ['localhost'], NOW)).toBe(false);
    expect(needsRenewal(certificate(), authority, ['localhost', 'nats'], NOW)).toBe(true);
  });

  it('is replaced when it is of another authority, broken, or of the future', async () => {
    await keep(NOW);
    const other = await openAuthority(path.join(folder, 'other.pem'), path.join(folder, 'other.key'), NOW);
    expect(needsRenewal(certificate(), other, ['localhost'], NOW)).toBe(true);
    expect(needsRenewal(certificate().slice(0, 200), authority, ['localhost'], NOW)).toBe(true);
    expect(needsRenewal(certificate(), authority, ['localhost'], daysLater(-1))).toBe(true);
  });
});

describe('the authority', () => {
  it('is founded once, for two years, with a key for its owner alone', async () => {
    const before = readFileSync(path.join(folder, 'ca.pem'), 'utf8');
    const again = await openAuthority(path.join(folder, 'ca.pem'), path.join(folder, 'ca.key'), daysLater(700));
    expect(readFileSync(path.join(folder, 'ca.pem'), 'utf8')).toBe(before);
    expect(again.certificate.notAfter).toEqual(new Date('2028-06-01T12:00:00Z'));
    expect(new X509Certificate(before).ca).toBe(true);
    expect(statSync(path.join(folder, 'ca.key')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['localhost', true],
    ['postgres', true],
    ['bank.example', false],
  ])('vouches for this machine and the servers alone: %s', async (name, isTrusted) => {
    const now = new Date();
    const [ca, key] = [path.join(folder, 'today.pem'), path.join(folder, 'today.key')];
    authority = await openAuthority(ca, key, now);
    await keep(now, [name]);
    const server = createServer({ cert: certificate(), key: readFileSync(files().key) });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on a port has such an address.
    const { port } = server.address() as AddressInfo;
    const client = connect({
      host: '127.0.0.1',
      port,
      servername: name,
      ca: readFileSync(ca),
      rejectUnauthorized: false,
    });
    try {
      await once(client, 'secureConnect');
      expect(client.authorized).toBe(isTrusted);
    } finally {
      client.destroy();
      server.close();
    }
  });

  it('is not renewed behind the backs of those who trust it', async () => {
    await expect(
      openAuthority(path.join(folder, 'ca.pem'), path.join(folder, 'ca.key'), daysLater(740)),
    ).rejects.toThrow(/ended on 2028-06-01.*Delete it/);
  });
});

import 'reflect-metadata';

import { randomBytes, type webcrypto } from 'node:crypto';

import * as x509 from '@peculiar/x509';

import { TLS_SERVERS } from '../service-names.js';
import { nameConstraints } from './name-constraints.js';
import { readIfThere, writePrivateFile } from './private-files.js';

export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEARS = 2;

/** Names under which every server can be reached from this machine. */
export const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

/** The local certificate authority: its certificate goes to clients, its key never leaves the folder of the secrets. */
export interface CertificateAuthority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** Opens the authority in these files, or founds one. It cannot be renewed quietly: everybody trusts this certificate. */
export async function openAuthority(
  certificateFile: string,
  keyFile: string,
  now: Date,
): Promise<CertificateAuthority> {
  const certificateText = readIfThere(certificateFile);
  const keyText = readIfThere(keyFile);
  if (certificateText === undefined || keyText === undefined) return foundAuthority(certificateFile, keyFile, now);
  const certificate = new x509.X509Certificate(certificateText);
  if (certificate.notAfter <= now) {
    throw new Error(
      `The local certificate authority ${certificateFile} ended on ${certificate.notAfter.toISOString()}. ` +
        `Delete it and ${keyFile}, start again, and give the new one to your clients.`,
    );
  }
  return { certificate, key: await importKey(keyText) };
}

async function foundAuthority(certificateFile: string, keyFile: string, now: Date): Promise<CertificateAuthority> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + YEARS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Citadel local authority ${randomBytes(4).toString('hex')}`,
    notBefore: backdated(now),
    notAfter,
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      // People are told to trust it: for this machine and the containers' names, and for nothing else.
      nameConstraints([...LOCAL_NAMES, ...TLS_SERVERS]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writePrivateFile(keyFile, await exportKey(keys.privateKey));
  writePrivateFile(certificateFile, `${certificate.toString('pem')}\n`, 0o644);
  return { certificate, key: keys.privateKey };
}

/** Positive and at most 20 octets (RFC 5280 §4.1.2.2). */
export function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
}

/** Clocks of containers and hosts differ a little. */
export function backdated(now: Date): Date {
  return new Date(now.getTime() - 5 * 60_000);
}

export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

async function importKey(text: string): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(text), KEY_ALGORITHM, false, ['sign']);
}

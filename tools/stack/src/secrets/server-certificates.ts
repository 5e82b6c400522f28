import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

import * as x509 from '@peculiar/x509';

import {
  backdated,
  exportKey,
  KEY_ALGORITHM,
  LOCAL_NAMES,
  serialNumber,
  type CertificateAuthority,
} from './certificate-authority.js';
import { readIfThere, writePrivateFile } from './private-files.js';

const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 90;
const RENEW_BELOW_DAYS = 30;

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Gives a server a certificate: the one it has while that is good for a month, for these names and of this authority. */
export async function keepServerCertificate(
  authority: CertificateAuthority,
  files: CertificateFiles,
  options: { readonly commonName: string; readonly hostnames?: readonly string[]; readonly now: Date },
): Promise<CertificateFiles> {
  const names = [...new Set([...LOCAL_NAMES, ...(options.hostnames ?? [])])];
  const known = readIfThere(files.certificate);
  const isUsable =
    known !== undefined && readIfThere(files.key) !== undefined && !needsRenewal(known, authority, names, options.now);
  if (!isUsable) await issue(authority, files, { ...options, names });
  return files;
}

/** Whether a certificate must be replaced: too old, of another authority, or not for all of these names. */
export function needsRenewal(
  pem: string,
  authority: CertificateAuthority,
  names: readonly string[],
  now: Date,
): boolean {
  const certificate = parse(pem);
  if (!certificate) return true;
  const remainingDays = (Date.parse(certificate.validTo) - now.getTime()) / DAY_MS;
  if (remainingDays < RENEW_BELOW_DAYS || Date.parse(certificate.validFrom) > now.getTime()) return true;
  const issuer = new X509Certificate(authority.certificate.toString('pem'));
  if (!certificate.verify(issuer.publicKey)) return true;
  return !names.every((name) => isFor(certificate, name));
}

function isFor(certificate: X509Certificate, name: string): boolean {
  return isIP(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined;
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // Half a file, or something else altogether: a new certificate cures both.
    return undefined;
  }
}

async function issue(
  authority: CertificateAuthority,
  files: CertificateFiles,
  { commonName, names, now }: { commonName: string; names: readonly string[]; now: Date },
): Promise<void> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${commonName}`,
    issuer: authority.certificate.subject,
    notBefore: backdated(now),
    notAfter: new Date(Math.min(now.getTime() + LIFETIME_DAYS * DAY_MS, authority.certificate.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(alternativeName)),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writePrivateFile(files.key, await exportKey(keys.privateKey));
  writePrivateFile(files.certificate, `${certificate.toString('pem')}\n`, 0o644);
}

function alternativeName(value: string): x509.JsonGeneralName {
  return { type: isIP(value) ? 'ip' : 'dns', value };
}

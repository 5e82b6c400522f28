import { isIP } from 'node:net';

import * as x509 from '@peculiar/x509';

const NAME_CONSTRAINTS = '2.5.29.30';

/**
 * An extension for an authority (RFC 5280 §4.2.1.10): a certificate for any other name is refused by whoever trusts it,
 * so its key in the wrong hands is of no use against other sites.
 *
 * @param names - host names, with the names below them, and single IP addresses
 */
export function nameConstraints(names: readonly string[]): x509.Extension {
  const permitted = names.map((name) =>
    der(0x30, isIP(name) ? der(0x87, addressAndMask(name)) : der(0x82, ascii(name))),
  );
  return new x509.Extension(NAME_CONSTRAINTS, true, new Uint8Array(der(0x30, der(0xa0, ...permitted))));
}

/** One address: every bit of its mask is set. */
function addressAndMask(address: string): Buffer {
  const bytes = isIP(address) === 4 ? Buffer.from(address.split('.').map(Number)) : loopback6(address);
  return Buffer.concat([bytes, Buffer.alloc(bytes.length, 0xff)]);
}

function loopback6(address: string): Buffer {
  if (address !== '::1') throw new Error(`The only IPv6 address of a local authority is ::1, not ${address}`);
  return Buffer.concat([Buffer.alloc(15), Buffer.of(1)]);
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'ascii');
}

/** One value of DER, whose length fits the one or two bytes that these values need. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length > 0xff) throw new Error('An authority has room for some ten names');
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

import type { ConnectionOptions } from 'node:tls';

/** Where a PostgreSQL server is and how to reach it: over TLS, its name checked against its certificate, always. */
export interface DatabaseConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: ConnectionOptions;
}

const EXAMPLE = 'postgresql://user:password@host:5432/database';

/**
 * Reads a connection URL. It is taken apart here and not handed to the driver, because there `?sslmode=disable`
 * would win over the `ssl` option.
 *
 * @param ca - certificates (PEM) of the authorities that the server's certificate may come from
 * @throws Error that says what is wrong with the URL; it never holds the password
 * @example new Pool(connectionOf('postgresql://me:secret@db.internal/ledger', ca))
 */
export function connectionOf(url: string, ca: string): DatabaseConnection {
  const { protocol, hostname, port, username, password, pathname, search } = parse(url);
  if (protocol !== 'postgresql:' && protocol !== 'postgres:') throw new Error(`must look like ${EXAMPLE}`);
  if (search) throw new Error('must not have parameters after "?": TLS is always on and the server always verified');
  const database = decodeURIComponent(pathname.slice(1));
  if (!hostname || !username || !password || !database) {
    throw new Error(`must name host, user, password and database: ${EXAMPLE}`);
  }
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    ssl: { ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  };
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new Error(`must be a URL such as ${EXAMPLE}; special characters are percent-encoded`);
  return new URL(url);
}

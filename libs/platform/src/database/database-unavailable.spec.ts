import { isDatabaseUnavailable } from './database-unavailable.js';

const raised = (message: string, members: object = {}) => Object.assign(new Error(message), members);
const adapter = (cause: object) => ({ driverAdapterError: { name: 'DriverAdapterError', cause } });

/** As they were seen, one for each way in which a server can be away; apps/treasury tries it on a real one. */
const AWAY: readonly [situation: string, error: Error][] = [
  ['stopped, through pg', raised('connect ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['stopped, through both addresses of a name', raised('', { code: 'ECONNREFUSED', errors: [] })],
  ['stopped, through Prisma', raised("Can't reach database server", { code: 'P1001' })],
  [
    'stopped, through a raw query',
    raised('Raw query failed', { code: 'P2010', meta: adapter({ kind: 'DatabaseNotReachable' }) }),
  ],
  ['told to end the session', raised('terminating connection', { code: '57P01' })],
  [
    'told to end the session during a raw query',
    raised('Raw query failed', { code: 'P2010', meta: adapter({ kind: 'postgres', originalCode: '57P01' }) }),
  ],
  ['starting up', raised('the database system is starting up', { code: '57P03' })],
  ['killed', raised('Connection terminated unexpectedly')],
  ['frozen while connecting', raised('Connection terminated due to connection timeout')],
  ['frozen during a query', raised('Query read timeout')],
  ['all connections taken', raised('timeout exceeded when trying to connect')],
  ['too slow', raised('canceling statement due to statement timeout', { code: '57014' })],
  ['full', raised('too many connections for role', { code: '53300' })],
  ['full, through Prisma', raised('Too many database connections opened', { code: 'P2037' })],
  ['another certificate', raised('certificate signature failure', { code: 'CERT_SIGNATURE_FAILURE' })],
  ['another certificate, through Prisma', raised('Error opening a TLS connection', { code: 'P1011' })],
  ['another name in the certificate', raised('Hostname/IP does not match', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
  ['another password', raised('password authentication failed', { code: '28P01' })],
  ['unknown host', raised('getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' })],
];

const THERE: readonly [situation: string, error: unknown][] = [
  ['a duplicate', raised('Unique constraint failed', { code: 'P2002' })],
  ['a check that failed', raised('violates check constraint', { code: '23514' })],
  ['a check that failed in a raw query', raised('', { code: 'P2010', meta: adapter({ originalCode: '23514' }) })],
  ['a deadlock', raised('deadlock detected', { code: '40P01' })],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['a message that only speaks of it', raised('Account "Connection terminated" not found')],
  ['a status that looks like a class', raised('no responders', { code: '503' })],
  ['nothing', undefined],
  ['text', 'ECONNREFUSED'],
];

describe('isDatabaseUnavailable', () => {
  it.each(AWAY)('is true for a server that cannot be reached: %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each(THERE)('is false for %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});

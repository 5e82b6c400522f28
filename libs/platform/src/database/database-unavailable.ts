/** SQLSTATE: no connection (08), not let in (28), no such database (3D), out of resources (53), shutting down (57P), cancelled after waiting too long. */
const SQLSTATE = /^(?:(?:08|28|3D|53)[0-9A-Z]{3}|57P[0-9A-Z]{2}|57014)$/;

/** Prisma: whatever goes wrong before a query is sent (P1…), no free connection (P2024), too many of them (P2037). */
const PRISMA = /^(?:P1\d{3}|P2024|P2037)$/;

/** Node.js: network and TLS. */
const NETWORK =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|E(?:HOST|NET)UNREACH|CERT_\w+|ERR_TLS_\w+|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)$/;

/** What Prisma's adapter makes of the driver's errors; below a raw query it is the only trace. */
const ADAPTER_KINDS = new Set<unknown>([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TlsConnectionError',
]);

/** What `pg` throws without any code. */
const DRIVER =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|The server does not support SSL)/;

/**
 * Whether an error means that PostgreSQL cannot be used at the moment: it is down, going down, overloaded, unreachable
 * or does not let us in. The request may be repeated later; it is nobody's mistake in the code.
 *
 * Each shape below was seen to be thrown by `pg` and by Prisma's adapter while a real server was stopped, killed,
 * frozen, full or had another certificate.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, meta } = error as { code?: unknown; message?: unknown; meta?: unknown };
  const driver = driverErrorIn(meta);
  return (
    isAwayCode(code) ||
    isAwayCode(driver.originalCode) ||
    ADAPTER_KINDS.has(driver.kind) ||
    (typeof message === 'string' && DRIVER.test(message))
  );
}

function isAwayCode(code: unknown): boolean {
  return typeof code === 'string' && (SQLSTATE.test(code) || PRISMA.test(code) || NETWORK.test(code));
}

/** Prisma hides the driver's error in `meta.driverAdapterError.cause`. */
function driverErrorIn(meta: unknown): { kind?: unknown; originalCode?: unknown } {
  const { driverAdapterError } = (meta ?? {}) as { driverAdapterError?: { cause?: object } };
  return driverAdapterError?.cause ?? {};
}

import { BlockList, isIPv6 } from 'node:net';
import type { JsonLogger } from '@citadel/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Requests after which it is worth a line that they all came from one address. */
const ENOUGH = 100;

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix);
}
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/**
 * Notices a proxy that nobody named: behind it all clients have one address, share one limit for logins, and look the same
 * in the audit trail. It looks at the first requests alone, keeps one address, and speaks once. Loopback does not count:
 * it is the health check of the container, or a developer.
 */
export class ProxyWatch {
  private address: string | undefined;
  private requests = 0;
  private public = 0;
  private isOver = false;

  /** @returns what is worth a warning, once */
  look(address = '', isForwarded: boolean): string | undefined {
    if (this.isOver || LOOPBACK.has(address)) return undefined;
    if (!PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      this.public += 1;
      this.isOver = this.public === ENOUGH;
      return undefined;
    }
    this.address ??= address;
    this.requests += 1;
    const isAlone = address === this.address && this.public === 0;
    this.isOver = isForwarded || !isAlone || this.requests === ENOUGH;
    if (!this.isOver || (!isForwarded && !isAlone)) return undefined;
    const seen = isForwarded ? `${address} forwards requests of others` : `All requests come from ${address}`;
    return `${seen}, a private address. If it is a proxy, every client shares its limits: name it in TRUSTED_PROXIES`;
  }
}

export function watchForProxies(app: NestFastifyApplication, logger: JsonLogger, trusted: readonly string[]): void {
  if (trusted.length > 0) return;
  const watch = new ProxyWatch();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', ({ socket, headers }, _reply, done) => {
      const warning = watch.look(socket.remoteAddress, 'x-forwarded-for' in headers || 'forwarded' in headers);
      if (warning) logger.warn(warning, 'ProxyWatch');
      done();
    });
}

import { problem } from '@citadel/contracts';
import { networkOf } from '@citadel/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Must stay answerable: whoever restarts a gateway that is merely busy makes it worse. */
const HEALTH = /^\/health\//;

/** One network may have a quarter: one that sends bodies slowly leaves the rest to others. */
const SHARE_OF_ONE = 4;

/**
 * Bounds the requests that are under way, and with them the bodies and the waiting calls that the gateway keeps in memory.
 * What comes on top is answered with 503 and Retry-After (RFC 9110 §15.6.4) before its body is read.
 *
 * @param atMost - requests of all clients together; of one network a quarter
 */
export function boundRequests(app: NestFastifyApplication, atMost: number): void {
  const ofOne = Math.ceil(atMost / SHARE_OF_ONE);
  const inFlight = new Map<string, number>();
  let all = 0;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', ({ url, ip }, reply, done) => {
      if (HEALTH.test(url)) return done();
      const network = networkOf(ip);
      const own = inFlight.get(network) ?? 0;
      if (all >= atMost || own >= ofOne) {
        return done(problem('service-unavailable', { detail: 'Too many requests are under way', retryAfter: 1 }));
      }
      all += 1;
      inFlight.set(network, own + 1);
      // Also after a client that has gone away.
      reply.raw.once('close', () => {
        all -= 1;
        const left = (inFlight.get(network) ?? 1) - 1;
        if (left > 0) inFlight.set(network, left);
        else inFlight.delete(network);
      });
      done();
    });
}

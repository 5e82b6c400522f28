import { problem } from '@citadel/contracts';
import { networkOf } from '@citadel/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { RequestLine } from './request-line.js';

/** Must stay answerable: whoever restarts a gateway that is merely busy makes it worse. */
const HEALTH = /^\/health\//;

/**
 * Bounds the requests that are under way, and with them the bodies and the waiting calls that the gateway keeps in memory.
 * What comes on top waits for a moment, and is answered with 503 and Retry-After (RFC 9110 §15.6.4) if its turn does not come:
 * before its body is read.
 *
 * @param atMost - requests of all clients together; of one network a quarter
 */
export function boundRequests(app: NestFastifyApplication, atMost: number): void {
  const line = new RequestLine(atMost);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', ({ url, ip }, reply, done) => {
      if (HEALTH.test(url)) return done();
      const refuse = () =>
        done(problem('service-unavailable', { detail: 'Too many requests are under way', retryAfter: 1 }));
      const end = line.enter(networkOf(ip), done, refuse);
      // Also after a client that has gone away.
      reply.raw.once('close', end);
    });
}

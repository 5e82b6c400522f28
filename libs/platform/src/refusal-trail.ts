import type { Refusal, RefusalListener } from '@citadel/auth';
import { Logger } from '@nestjs/common';

import { currentCall } from './logging/call-context.js';
import type { NatsLink } from './nats/nats-link.js';

/** Written down in a second at most: who sends forged tokens by the thousand must not fill the log and the trail. */
const MOST_PER_SECOND = 50;

/**
 * Writes refusals into the log and publishes them as `events.<service>.access-refused`, which the auth service takes into
 * the audit trail. What goes over the bound is counted and the count is logged.
 */
export function refusalTrail(link: NatsLink): RefusalListener {
  const logger = new Logger('Refusal');
  let second = 0;
  let written = 0;
  let left = 0;
  return (refusal) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      if (left > 0) logger.warn(`${String(left)} more refusals were not written down`);
      [second, written, left] = [now, 0, 0];
    }
    if (written >= MOST_PER_SECOND) {
      left += 1;
      return;
    }
    written += 1;
    logger.log({ message: 'Refused', ...refusal });
    publish(link, refusal);
  };
}

/** Without NATS there is nobody to tell, and the log has it. */
function publish(link: NatsLink, refusal: Refusal): void {
  if (!link.isConnected) return;
  const { traceId, requestId } = currentCall() ?? {};
  const event = { ...refusal, traceId, requestId, occurredAt: new Date().toISOString() };
  link.connection.publish(`events.${refusal.service}.access-refused`, JSON.stringify(event));
}

import { Logger } from '@nestjs/common';

import type { RefusalListener } from './refusal.js';

const MOST_PER_SECOND = 10;

/** Logs refusals with their reason, for applications that do not keep them: some in a second, and how many more. */
export function logRefusals(now = () => performance.now()): RefusalListener {
  const logger = new Logger('Refusal');
  let second = 0;
  let seen = 0;
  return ({ code, entrance, rule, decision, subject }) => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      if (seen > MOST_PER_SECOND) logger.warn(`${seen - MOST_PER_SECOND} more refusals were not logged`);
      [second, seen] = [current, 0];
    }
    seen += 1;
    if (seen <= MOST_PER_SECOND) logger.warn(`${code} at ${entrance}: ${rule} (${subject ?? 'unknown'}, ${decision})`);
  };
}

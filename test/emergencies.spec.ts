import type { NatsConnection } from '@nats-io/transport-node';

import { describeAudit } from './emergencies/audit.js';
import { describeIsolation } from './emergencies/isolation.js';
import { describeKeys } from './emergencies/keys.js';
import { describeOtherOrigins, ALLOWED_ORIGIN } from './emergencies/other-origins.js';
import { describeWorstDay } from './emergencies/worst-day.js';
import { natsAs } from './stack/nats.js';
import { logIn } from './stack/people.js';
import { type Stack, startOwnStack } from './stack/stack.js';

/** A stack of their own for stories that would end everybody else's. */
let own: Stack;
let bus: NatsConnection;
beforeAll(async () => {
  own = await startOwnStack({
    serviceSettings: { gateway: { CORS_ORIGINS: ALLOWED_ORIGIN }, auth: { SIGNING_KEY_LEAD: '2' } },
  });
  bus = await natsAs('gateway', own.describe());
}, 120_000);
afterAll(async () => {
  await bus?.close();
  await own?.discard();
}, 60_000);

/** A new token each time: what these stories do ends the one before. */
async function warden(): Promise<string> {
  const user = own.describe().users.find(({ roles }) => roles.includes('sovereign'));
  if (!user) throw new Error('The stack has no sovereign');
  return (await logIn(user, { on: own.describe() })).access;
}

const shared = () => ({ own, bus, warden });

describeOtherOrigins(shared);
describeKeys(shared);
describeWorstDay(shared);
describeAudit(shared);
describeIsolation(shared);

import type { InjectionToken, Provider } from '@nestjs/common';

import type { NatsLink } from '../nats/nats-link.js';
import { publishEvent } from '../nats/streams.js';
import { RepeatingTask } from '../repeating-task.js';
import { type OutboxMessage, OutboxRelay, type OutboxTable } from './outbox-relay.js';
import type { SqlClient, SqlTransaction } from './sql-client.js';

/** Milliseconds between two looks into an outbox that was empty. */
const IDLE = 250;

const TAKE =
  'SELECT event_id AS id, subject, payload FROM outbox ORDER BY outbox.id LIMIT $1::int FOR UPDATE SKIP LOCKED';
const SETTLE = 'DELETE FROM outbox WHERE event_id = ANY($1::uuid[])';

/** The table `outbox`, as migrations of services make it. */
export const outboxTable = (client: SqlClient): OutboxTable<SqlTransaction> => ({
  transact: (work) => client.$transaction(work),
  take: (transaction, atMost) => transaction.$queryRawUnsafe<OutboxMessage[]>(TAKE, atMost),
  settle: (transaction, ids) => transaction.$executeRawUnsafe(SETTLE, ids),
});

/**
 * What a service needs to publish what it writes into its table `outbox` (the treasury's migrations have it).
 *
 * @param client - token of the service's Prisma client
 * @example providers: [...outbox(link, PrismaClient)]
 */
export const outbox = (link: NatsLink, client: InjectionToken): Provider[] => [
  {
    provide: OutboxRelay,
    inject: [client],
    useFactory: (prisma: SqlClient) =>
      new OutboxRelay(outboxTable(prisma), ({ subject, id, payload }) => publishEvent(link, subject, id, payload)),
  },
  {
    provide: Symbol('publishes the outbox'),
    inject: [OutboxRelay],
    useFactory: (relay: OutboxRelay<SqlTransaction>) =>
      new RepeatingTask('Publishing events', async () => ((await relay.relay()) > 0 ? 0 : IDLE)),
  },
];

import type { EventDefinition, EventOf, ServiceEvent } from '@citadel/protocol';
import { SetMetadata } from '@nestjs/common';

export const CONSUMED_EVENT = Symbol('citadel consumed event');

/**
 * Makes a method of a provider the consumer of another service's event: each event takes effect once, however often it is
 * delivered, if what the method does is done in the transaction that it is given. What it throws undoes everything, and the
 * event comes again later, until it is put aside as a dead letter.
 *
 * Nobody can call it: it is no handler of messages, and what it receives was stored under a subject that NATS lets the
 * event's own service alone publish to. An event may come late, or before one that happened earlier.
 *
 * @example
 * \@Consumes(treasuryEvents.transferSettled)
 * async fileReceipt(transfer: EventOf<typeof treasuryEvents.transferSettled>, transaction: Prisma.TransactionClient) { ... }
 */
export function Consumes<D extends EventDefinition>(event: ServiceEvent<D>) {
  // `never`: each service has the transaction of its own Prisma client.
  return <M extends (event: EventOf<D>, transaction: never) => Promise<unknown>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    SetMetadata(CONSUMED_EVENT, event)(target, key, descriptor);
  };
}

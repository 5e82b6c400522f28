import { type Contract, type MessageOf, type Operation, problem } from '@citadel/protocol';
import { Inject, type Provider } from '@nestjs/common';
import type { z } from 'zod';

import { currentCall, newCall } from '../logging/call-context.js';
import { Bus } from '../nats/bus.js';
import type { NatsLink } from '../nats/nats-link.js';
import { clientHeaders } from '../operations/client.decorator.js';
import { currentCaller } from './caller.js';

/** Milliseconds for which a service waits for another one, if its own caller waits so long. */
const PATIENCE = 5_000;

/** The operations of a contract as methods, called on behalf of whoever is asking this service. */
export type ServiceClient<C extends Contract> = {
  readonly [Name in keyof C]: (message: MessageOf<C[Name]>) => Promise<z.output<C[Name]['response']>>;
};

/**
 * A class whose methods are the operations of another service. They carry the token, the trace and the deadline of the call that is
 * being handled; the other service verifies the token for itself and decides for itself, as if the user had asked it. Where nobody is
 * asking, as for an event, there is no token, and a call is refused as `internal`.
 *
 * What a service calls is listed in the register of services (`calls`): NATS carries nothing else.
 *
 * Its methods throw Problem: the other service's own, `service-unavailable`, `timeout`, or `invalid-response`.
 *
 * @example
 * export class TreasuryClient extends clientFor(treasury) {}
 * // providers: [...calls(link), TreasuryClient]
 * constructor(private readonly treasury: TreasuryClient) {}
 * const transfer = await this.treasury.findTransfer({ id });
 */
export function clientFor<C extends Contract>(contract: C): new (bus: Bus) => ServiceClient<C> {
  class Client {
    constructor(readonly bus: Bus) {}
  }
  Inject(Bus)(Client, undefined, 0);
  for (const [name, operation] of Object.entries(contract)) {
    Reflect.set(Client.prototype, name, function ask(this: Client, message: object) {
      return onBehalfOfCaller(this.bus, operation, message);
    });
  }
  // Each method was made above, from the entry that its type is derived from.
  return Client as unknown as new (bus: Bus) => ServiceClient<C>;
}

async function onBehalfOfCaller(bus: Bus, operation: Operation, message: object): Promise<unknown> {
  const caller = currentCaller();
  if (caller?.token === undefined) {
    throw problem('internal', { cause: new Error(`${operation.id} is called on behalf of a user, and there is none`) });
  }
  const patience = caller.answerBy === undefined ? undefined : caller.answerBy - performance.now();
  if (patience !== undefined && patience <= 0) {
    throw problem('timeout', { detail: `There was no time left to ask ${operation.service}` });
  }
  const call = currentCall() ?? newCall(operation.id);
  const headers = clientHeaders({ address: call.address ?? '', userAgent: '' });
  const answer = await bus.call(operation, message, { token: caller.token, call, headers, patience });
  const parsed = operation.response.safeParse(answer);
  if (!parsed.success) throw problem('invalid-response', { cause: parsed.error });
  return parsed.data;
}

/** What the clients of other services need. */
export const calls = (link: NatsLink): Provider[] => [{ provide: Bus, useValue: new Bus(link, PATIENCE) }];

import { AccessAuditError } from '@citadel/auth';
import type { ServiceEvent } from '@citadel/protocol';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';

import { consumingMethods, EventConsumers } from './consumers.js';

/**
 * Stops the start-up unless the service consumes exactly what the register says, each event in one method: NATS has no
 * consumer for anything else, and what nobody takes would wait until it is forgotten.
 */
export class ConsumerAudit implements OnApplicationBootstrap {
  constructor(
    private readonly events: readonly ServiceEvent[],
    private readonly container: ModulesContainer,
    private readonly modules: Pick<ModuleRef, 'get'>,
  ) {}

  onApplicationBootstrap(): void {
    const methods = consumingMethods(this.container);
    const of = ({ id, subject }: ServiceEvent) => ({
      id,
      them: methods.filter(({ event }) => event.subject === subject),
    });
    const faults = [
      ...this.events
        .map(of)
        .filter(({ them }) => them.length !== 1)
        .map(({ id, them }) =>
          them.length === 0
            ? `nothing consumes ${id}, which the register lists; add a method with @Consumes, and its class to the providers`
            : `${id} has ${String(them.length)} consumers: ${them.map(({ name }) => name).join(', ')}; keep one`,
        ),
      ...methods
        .filter(({ event }) => !this.events.some(({ subject }) => subject === event.subject))
        .map(({ name, event }) => `${name} consumes ${event.id}; list that event in the register`),
      ...(methods.length > 0 && !this.delivers()
        ? ['nothing delivers events; add ...consumers() to the providers']
        : []),
    ];
    if (faults.length > 0) throw new AccessAuditError(faults, 'what is consumed is not what the register says');
  }

  private delivers(): boolean {
    try {
      this.modules.get(EventConsumers, { strict: false });
      return true;
    } catch {
      // Nest throws where there is none.
      return false;
    }
  }
}

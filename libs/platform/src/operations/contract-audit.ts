import { AccessAudit, AccessAuditError, type Handler, isPublic } from '@citadel/auth';
import type { Contract } from '@citadel/protocol';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

export const CONTRACT = Symbol('citadel contract');

/**
 * Stops the start-up unless the service answers exactly what its contract promises: every operation has its handler,
 * nothing else listens, and what is public is called so on both sides.
 */
@Injectable()
export class ContractAudit implements OnApplicationBootstrap {
  constructor(
    @Inject(CONTRACT) private readonly contract: Contract,
    private readonly access: AccessAudit,
  ) {}

  onApplicationBootstrap(): void {
    const faults = compare(this.contract, this.access.handlers());
    if (faults.length > 0) throw new AccessAuditError(faults);
  }
}

/** What a contract and the handlers of its service disagree about. */
export function compare(contract: Contract, handlers: readonly Handler[]): string[] {
  const operations = Object.values(contract);
  const unhandled = operations
    .filter(({ subject }) => !handlers.some(({ entrance }) => entrance === `subject ${subject}`))
    .map(({ id }) => `${id} is in the contract but has no handler; add one with @Handles`);
  const unknown = handlers
    .filter(({ entrance }) => entrance.startsWith('subject ') && !isHealth(entrance))
    .filter(({ entrance }) => !operations.some(({ subject }) => entrance === `subject ${subject}`))
    .map(({ name, entrance }) => `${name} (${entrance}) is not in the contract; describe it there and use @Handles`);
  const mismatched = operations.flatMap(({ subject, id, public: isDeclaredPublic = false }) =>
    handlers
      .filter(({ entrance, rules }) => entrance === `subject ${subject}` && isPublic(rules) !== isDeclaredPublic)
      .map(
        ({ name }) =>
          `${name} and the contract of ${id} disagree about who may call it: one says public, the other does not`,
      ),
  );
  return [...unhandled, ...unknown, ...mismatched];
}

const isHealth = (entrance: string) => /^subject [\w-]+\.health\.(live|ready)$/.test(entrance);

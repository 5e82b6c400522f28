import { AccessAuditError } from '@citadel/auth';
import type { Contract } from '@citadel/protocol';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

import { IdempotencyKeys } from './idempotency-keys.js';

/** Stops the start-up of a service whose contract has idempotent operations while nothing keeps their keys. */
export class IdempotencyAudit implements OnApplicationBootstrap {
  constructor(
    private readonly contract: Contract,
    private readonly modules: Pick<ModuleRef, 'get'>,
  ) {}

  onApplicationBootstrap(): void {
    const idempotent = Object.values(this.contract).filter((operation) => operation.idempotent);
    if (idempotent.length === 0 || this.keepsKeys()) return;
    throw new AccessAuditError(
      idempotent.map(({ id }) => `${id}; add ...idempotency(Pool) to the providers`),
      'these operations are idempotent, and nothing keeps their keys',
    );
  }

  private keepsKeys(): boolean {
    try {
      this.modules.get(IdempotencyKeys, { strict: false });
      return true;
    } catch {
      // Nest throws where there is none.
      return false;
    }
  }
}

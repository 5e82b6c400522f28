import { isDeepStrictEqual } from 'node:util';

import { AccessAudit } from '@citadel/auth';
import { ContractAudit } from '@citadel/platform';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';

import { matrixOf, type MatrixRow } from '../matrix.js';
import { type Controller, readDecorators, type Service } from '../read-decorators.js';

/** What notices that a decorator is gone; empty when nothing does. */
export type Verdict = readonly ('start-up audit' | 'contract audit' | 'access matrix')[];

/**
 * Asks everything that watches over access rules about these controllers: the audits that stop a service from starting,
 * and the matrix that is written down and reviewed.
 *
 * @param services - those that answer contracts
 * @param others - controllers that answer none: the gateway's own
 * @param reviewed - the matrix as it is committed
 */
export function judge(
  services: readonly Service[],
  others: readonly Controller[],
  reviewed: readonly MatrixRow[],
): Verdict {
  const groups: readonly (readonly Controller[])[] = [...services.map(([, controllers]) => controllers), others];
  const isStopped = groups.some((controllers) => complains(() => auditOf(controllers).check(() => true)));
  const disagrees = services.some(([contract, controllers]) =>
    complains(() => new ContractAudit(contract, auditOf(controllers)).onApplicationBootstrap()),
  );
  return [
    ...(isStopped ? (['start-up audit'] as const) : []),
    ...(disagrees ? (['contract audit'] as const) : []),
    ...(matches(services, reviewed) ? [] : (['access matrix'] as const)),
  ];
}

/** The audit of a service that has these controllers and is not started. */
function auditOf(controllers: readonly Controller[]): AccessAudit {
  const discovered = {
    getProviders: () => [],
    getControllers: () =>
      controllers.map((metatype) => ({ metatype, instance: Object.create(metatype.prototype as object) as object })),
  };
  // The audit asks for the classes and their prototypes alone; starting each service for each decorator takes minutes.
  return new AccessAudit(discovered as unknown as DiscoveryService, new MetadataScanner());
}

function complains(audit: () => void): boolean {
  try {
    audit();
    return false;
  } catch {
    return true;
  }
}

function matches(services: readonly Service[], reviewed: readonly MatrixRow[]): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(matrixOf(readDecorators(services)))), reviewed);
  } catch {
    // No matrix can be made of a handler without a rule.
    return false;
  }
}

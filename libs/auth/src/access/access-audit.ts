import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

import { type AccessRule, isPublic, rulesOf } from './access-rule.js';
import { entrancesOf, isSocketGateway } from './entrances.js';

/** A method that something outside can call, and what is declared for it. */
export interface Handler {
  /** `AccountsController.open` */
  readonly name: string;
  /** `subject treasury.openAccount`, `HTTP GET /x` or `socket message` */
  readonly entrance: string;
  readonly rules: readonly AccessRule[];
}

/**
 * Stops the start-up if any handler, HTTP, message, event or WebSocket, declares no access rule or contradicts itself,
 * or if two handlers answer one entrance: Nest would let the one registered later win, guarded or not.
 */
@Injectable()
export class AccessAudit implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    const faults = findFaults(this.handlers());
    if (faults.length > 0) throw new AccessAuditError(faults);
  }

  /** Every handler of the application, from the real decorators. */
  handlers(): Handler[] {
    const gateways = this.discovery.getProviders().filter(({ metatype }) => metatype && isSocketGateway(metatype));
    return [...this.discovery.getControllers(), ...gateways].flatMap(({ metatype, instance }) => {
      if (!metatype || !isObject(instance)) return [];
      const prototype = Reflect.getPrototypeOf(instance) ?? {};
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const handler: unknown = Reflect.get(prototype, method);
        if (typeof handler !== 'function') return [];
        const rules = rulesOf(handler, metatype);
        const name = `${metatype.name}.${method}`;
        return entrancesOf(handler, metatype).map((entrance) => ({ name, entrance, rules }));
      });
    });
  }
}

/** Names every fault at once, each with the way out. */
export class AccessAuditError extends Error {
  override readonly name = 'AccessAuditError';

  constructor(readonly faults: readonly string[]) {
    super(
      `This service does not start, because its access rules are not whole:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

export function findFaults(handlers: readonly Handler[]): string[] {
  const undeclared = handlers
    .filter(({ rules }) => rules.length === 0)
    .map(
      ({ name, entrance }) =>
        `${name} (${entrance}) declares no access rule; add @RequirePermissions, @Roles, @Authenticated or @Public`,
    );
  const contradictory = handlers
    .filter(({ rules }) => rules.some(({ kind }) => kind === 'public') && !isPublic(rules))
    .map(
      ({ name, entrance }) =>
        `${name} (${entrance}) is @Public and restricted at once; keep one of them, on the method and its class`,
    );
  const shadowed = [...new Set(handlers.map(({ entrance }) => entrance))]
    .map((entrance) => ({ entrance, rivals: handlers.filter((handler) => handler.entrance === entrance) }))
    .filter(({ rivals }) => rivals.length > 1)
    .map(
      ({ entrance, rivals }) =>
        `${entrance} has ${String(rivals.length)} handlers: ${rivals.map(({ name }) => name).join(', ')}; keep one`,
    );
  return [...undeclared, ...contradictory, ...shadowed];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

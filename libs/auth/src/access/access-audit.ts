import { CLEARANCES } from '@citadel/protocol';
import { Injectable, type Type } from '@nestjs/common';
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
export class AccessAudit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /**
   * @param isGuarded - whether the guards were bound to a class before anything could serve it
   * @param clearances - the levels that exist
   * @throws AccessAuditError
   */
  check(isGuarded: (handlerClass: object) => boolean, clearances: readonly string[] = CLEARANCES): void {
    const late = this.handlerClasses()
      .filter(({ metatype }) => !isGuarded(metatype))
      .map(({ metatype }) => `${metatype.name} was loaded lazily and may be unguarded; import its module instead`);
    const faults = [...findFaults(this.handlers(), clearances), ...late];
    if (faults.length > 0) throw new AccessAuditError(faults);
  }

  /** Every handler of the application, from the real decorators. */
  handlers(): Handler[] {
    return this.handlerClasses().flatMap(({ metatype, instance }) => {
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

  private handlerClasses(): { readonly metatype: Type; readonly instance: object }[] {
    const gateways = this.discovery.getProviders().filter(({ metatype }) => metatype && isSocketGateway(metatype));
    return [...this.discovery.getControllers(), ...gateways].flatMap(({ metatype, instance }) =>
      // What has an instance and is a controller or a gateway was made from a class.
      metatype && isObject(instance) ? [{ metatype: metatype as Type, instance }] : [],
    );
  }
}

/** Names every fault at once, each with the way out. It is written for the developer, who has no use for a stack. */
export class AccessAuditError extends Error {
  override readonly name = 'AccessAuditError';
  // Private: Node prints an error's own members below its message, and the list would be there twice.
  readonly #faults: readonly string[];

  /** @param what - is wrong, as the end of a sentence */
  constructor(faults: readonly string[], what = 'these handlers have missing or conflicting access rules') {
    const list = faults.map((fault) => `\n  - ${fault}`).join('');
    super(`Refusing to start: ${what}:${list}`);
    this.#faults = faults;
    this.stack = `${this.name}: ${this.message}`;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }
}

function findFaults(handlers: readonly Handler[], clearances: readonly string[] = CLEARANCES): string[] {
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
  const unknown = handlers.flatMap(({ name, entrance, rules }) =>
    rules.flatMap((rule) =>
      rule.kind === 'clearance' && !clearances.includes(rule.atLeast)
        ? [`${name} (${entrance}) asks for the clearance ${rule.atLeast}; name it in the option clearances`]
        : [],
    ),
  );
  return [...undeclared, ...contradictory, ...shadowed, ...unknown];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

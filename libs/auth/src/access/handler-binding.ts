import { type CanActivate, Catch, type ExceptionFilter, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

import { isSocketGateway } from './entrances.js';

/** Metadata keys of `@UseGuards` and `@UseFilters`. */
const GUARDS = '__guards__';
const FILTERS = '__exceptionFilters__';

const guards = new WeakMap<ModulesContainer, CanActivate>();

/**
 * Stands for the guard of whichever application runs a handler: classes are shared by all applications of a process, and
 * each application has an issuer and an audience of its own. An application without AuthModule has no guard.
 */
@Injectable()
class BoundGuard implements CanActivate {
  constructor(private readonly modules: ModulesContainer) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    return guards.get(this.modules)?.canActivate(context) ?? true;
  }
}

/** Nothing throws it: a filter that names no type catches everything. */
class NeverThrown extends Error {}

/** Stands for the filter of an application. It catches nothing where no AuthModule has put a filter in its place. */
@Catch(NeverThrown)
class BoundFilter implements ExceptionFilter {
  catch(): void {}
}

/**
 * Binds an application's guard and filter to the classes of its handlers, as `@UseGuards` and `@UseFilters` would.
 *
 * APP_GUARD alone leaves handlers open: Nest gives a microservice that was added with `connectMicroservice()` a
 * configuration of its own, without the guards of the application, and gateways never get APP_FILTER. What is bound to
 * the class holds whichever configuration serves it.
 */
@Injectable()
export class HandlerBinding {
  private readonly bound = new WeakSet();

  constructor(private readonly modules: ModulesContainer) {}

  /** Binds what there is, and again before each microservice reads its handlers: modules may have been loaded lazily. */
  bindAll(guard: CanActivate, filter: ExceptionFilter): void {
    if (guards.has(this.modules)) throw new Error('AuthModule is imported twice; import it once, in the root module');
    guards.set(this.modules, guard);
    this.bind(filter);
    this.modules.getRpcTargetRegistry().subscribe(() => this.bind(filter));
  }

  isBound(handlerClass: object): boolean {
    return this.bound.has(handlerClass);
  }

  private bind(filter: ExceptionFilter): void {
    for (const module of this.modules.values()) {
      const providers = [...module.providers.values()].filter(({ metatype }) => metatype && isSocketGateway(metatype));
      for (const { metatype } of [...module.controllers.values(), ...providers]) {
        if (!metatype || this.bound.has(metatype)) continue;
        prepend(GUARDS, BoundGuard, metatype);
        prepend(FILTERS, BoundFilter, metatype);
        this.bound.add(metatype);
      }
      // Nest looks enhancers up in the module of the handler.
      module.addInjectable({ provide: BoundGuard, useValue: new BoundGuard(this.modules) }, 'guard');
      module.addInjectable({ provide: BoundFilter, useValue: filter }, 'filter');
    }
  }
}

/** First of the guards, so that what the application adds knows the caller; first of the filters, which Nest asks last. */
function prepend(key: string, enhancer: object, handlerClass: object): void {
  const present = (Reflect.getMetadata(key, handlerClass) as readonly object[] | undefined) ?? [];
  if (!present.includes(enhancer)) Reflect.defineMetadata(key, [enhancer, ...present], handlerClass);
}

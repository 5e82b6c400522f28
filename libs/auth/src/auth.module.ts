import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type {
  InjectionToken,
  ModuleMetadata,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleInit,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';

import { AccessAudit } from './access/access-audit.js';
import { AccessGuard } from './access/access.guard.js';
import { HandlerBinding } from './access/handler-binding.js';
import { AUTH_OPTIONS, type AuthOptions, type ResolvedAuthOptions, resolveOptions } from './auth.options.js';
import { CallGuard } from './call.guard.js';
import { KeyRing } from './keys/key-ring.js';
import { ProblemFilter } from './problem.filter.js';
import { logRefusals } from './refusals/log-refusals.js';
import { RefusalDesk } from './refusals/refusal-desk.js';
import { RevocationList } from './revocation/revocation-list.js';
import { AuthenticateGuard } from './token/authenticate.guard.js';
import { createJwtStrategy } from './token/jwt.strategy.js';
import { TokenVerifier } from './token/token-verifier.js';

export interface AuthModuleExtras {
  /**
   * Answers problems, and whatever else it catches; {@link ProblemFilter} if left out. A subclass with `@Catch()` answers
   * everything: a second filter for problems in APP_FILTER would never be asked.
   */
  readonly filter?: Type<ProblemFilter>;
}

export interface AuthModuleAsyncOptions extends AuthModuleExtras, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  // Nest resolves what `inject` names and hands it over; its types are the caller's to know.
  readonly useFactory: (...injected: never[]) => AuthOptions | Promise<AuthOptions>;
}

let modules = 0;

/**
 * Closes every handler of the application, over HTTP, in microservices (those of a hybrid application included) and in
 * gateways: first authenticate, then authorise. Nothing starts while a handler declares no access rule.
 *
 * @example
 * AuthModule.forRoot({
 *   issuer: 'https://issuer.example',
 *   audience: 'orders',
 *   keys: httpKeySource('https://issuer.example/.well-known/jwks.json'),
 * })
 */
@Module({})
export class AuthModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(KeyRing) private readonly keys: KeyRing,
    @Inject(RevocationList) private readonly revocations: RevocationList,
    @Inject(AccessAudit) private readonly audit: AccessAudit,
    @Inject(CallGuard) private readonly guard: CallGuard,
    @Inject(HandlerBinding) private readonly binding: HandlerBinding,
    @Inject(AUTH_OPTIONS) private readonly options: ResolvedAuthOptions,
    @Inject(ProblemFilter) filter: ProblemFilter,
  ) {
    // Here, and not in a hook: connectMicroservice() builds its handlers before any hook runs.
    binding.bindAll(guard, filter);
  }

  /** @throws RangeError, TypeError if the options would weaken verification */
  static forRoot(options: AuthOptions, extras: AuthModuleExtras = {}): DynamicModule {
    return AuthModule.forRootAsync({ ...extras, useFactory: () => options });
  }

  static forRootAsync(asyncOptions: AuthModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory, filter = ProblemFilter } = asyncOptions;
    const strategy = `citadel-jwt-${String(++modules)}`;
    return {
      module: AuthModule,
      imports: [...imports, DiscoveryModule],
      providers: [
        {
          provide: AUTH_OPTIONS,
          inject,
          useFactory: async (...injected: never[]) => resolveOptions(await useFactory(...injected)),
        },
        {
          provide: KeyRing,
          inject: [AUTH_OPTIONS],
          useFactory: ({ keys, maximumKeyAge, algorithms }: ResolvedAuthOptions) =>
            new KeyRing(keys, { maximumAge: maximumKeyAge, algorithms }),
        },
        { provide: RevocationList, inject: [AUTH_OPTIONS], useFactory: createRevocationList },
        {
          provide: TokenVerifier,
          inject: [AUTH_OPTIONS, KeyRing, RevocationList],
          useFactory: (options: ResolvedAuthOptions, keys: KeyRing, revocations: RevocationList) =>
            new TokenVerifier(options, keys, revocations),
        },
        {
          provide: AuthenticateGuard,
          inject: [AUTH_OPTIONS, TokenVerifier],
          useFactory: (options: ResolvedAuthOptions, verifier: TokenVerifier) => {
            createJwtStrategy(strategy, options, verifier);
            return new AuthenticateGuard(strategy, verifier, options.tokenFromHttp);
          },
        },
        {
          provide: RefusalDesk,
          inject: [AUTH_OPTIONS],
          useFactory: ({ audience, onRefusal }: ResolvedAuthOptions) =>
            new RefusalDesk(audience, onRefusal ?? logRefusals()),
        },
        AccessGuard,
        CallGuard,
        { provide: APP_GUARD, useExisting: CallGuard },
        { provide: ProblemFilter, useClass: filter },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        HandlerBinding,
        AccessAudit,
      ],
      exports: [KeyRing, RefusalDesk, RevocationList, TokenVerifier, AccessAudit],
    };
  }

  /** Loading goes on in the background: a service that waits for its issuer can say so, and starts when it comes. */
  onModuleInit(): void {
    void this.keys.start();
    void this.revocations.start();
  }

  /** @throws AccessAuditError */
  onApplicationBootstrap(): void {
    this.audit.check((handlerClass) => this.binding.isBound(handlerClass), this.options.clearances);
    this.guard.open();
  }

  onApplicationShutdown(): void {
    this.keys.stop();
    this.revocations.stop();
  }
}

function createRevocationList(options: ResolvedAuthOptions): RevocationList {
  const { revocations, maximumLifetime, clockTolerance, maximumRevocationAge } = options;
  // Twice the tolerance: the issuer's clock and this one's may each be off by it, in opposite directions.
  const retention = maximumLifetime + 2 * clockTolerance;
  return new RevocationList(revocations, { retention, maximumAge: maximumRevocationAge });
}

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
import { TrustedIssuers } from './issuers/trusted-issuers.js';
import { KeyRing } from './keys/key-ring.js';
import { ProblemFilter } from './problem.filter.js';
import { logRefusals } from './refusals/log-refusals.js';
import { RefusalRecorder } from './refusals/refusal-recorder.js';
import { RevocationList } from './revocation/revocation-list.js';
import { AuthenticateGuard } from './token/authenticate.guard.js';
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
    @Inject(TrustedIssuers) private readonly issuers: TrustedIssuers,
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
          provide: TrustedIssuers,
          inject: [AUTH_OPTIONS],
          useFactory: ({ issuers }: ResolvedAuthOptions) => new TrustedIssuers(issuers),
        },
        // The issuer of a service that trusts one; of several, the first.
        { provide: KeyRing, inject: [TrustedIssuers], useFactory: ({ first }: TrustedIssuers) => first.keys },
        {
          provide: RevocationList,
          inject: [TrustedIssuers],
          useFactory: ({ first }: TrustedIssuers) => first.revocations,
        },
        { provide: TokenVerifier, inject: [TrustedIssuers], useFactory: ({ first }: TrustedIssuers) => first.verifier },
        {
          provide: AuthenticateGuard,
          inject: [AUTH_OPTIONS, TrustedIssuers],
          useFactory: ({ tokenFromHttp }: ResolvedAuthOptions, issuers: TrustedIssuers) =>
            new AuthenticateGuard(issuers, tokenFromHttp),
        },
        {
          provide: RefusalRecorder,
          inject: [AUTH_OPTIONS],
          useFactory: ({ audience, onRefusal }: ResolvedAuthOptions) =>
            new RefusalRecorder(audience, onRefusal ?? logRefusals()),
        },
        AccessGuard,
        CallGuard,
        { provide: APP_GUARD, useExisting: CallGuard },
        { provide: ProblemFilter, useClass: filter },
        { provide: APP_FILTER, useExisting: ProblemFilter },
        HandlerBinding,
        AccessAudit,
      ],
      exports: [KeyRing, RefusalRecorder, RevocationList, TokenVerifier, TrustedIssuers, AccessAudit],
    };
  }

  /** Loading goes on in the background: a service that waits for its issuer can say so, and starts when it comes. */
  onModuleInit(): void {
    this.issuers.start();
  }

  /** @throws AccessAuditError */
  onApplicationBootstrap(): void {
    this.audit.check((handlerClass) => this.binding.isBound(handlerClass), this.options.clearances);
    this.guard.open();
  }

  onApplicationShutdown(): void {
    this.issuers.stop();
  }
}

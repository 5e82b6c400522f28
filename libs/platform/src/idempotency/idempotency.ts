import { createParamDecorator, type ExecutionContext, type InjectionToken, type Provider } from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';

import { RepeatingTask } from '../repeating-task.js';
import { IdempotencyInterceptor, resourceIdOf } from './idempotency.interceptor.js';
import { type Database, IdempotencyKeys } from './idempotency-keys.js';

/**
 * The id under which to store what this request makes, the same however often it is sent with its key; `undefined`
 * without a key.
 *
 * @example transfer(\@Message() request: MessageOf<typeof treasury.transfer>, \@ResourceId() id: string | undefined) { ... }
 */
export const ResourceId = createParamDecorator((_: unknown, context: ExecutionContext) => resourceIdOf(context));

const SWEEP_EVERY_MS = 60_000;

/**
 * What a service needs to answer operations that are `idempotent`, in addition to the table `idempotency_keys` (the treasury's
 * migrations have it).
 *
 * @param pool - token of the `pg` pool of the service's database
 * @example providers: [...idempotency(Pool), TransfersService]
 */
export const idempotency = (pool: InjectionToken): Provider[] => [
  { provide: IdempotencyKeys, inject: [pool], useFactory: (database: Database) => new IdempotencyKeys(database) },
  {
    provide: APP_INTERCEPTOR,
    inject: [Reflector, IdempotencyKeys],
    useFactory: (reflector: Reflector, keys: IdempotencyKeys) => new IdempotencyInterceptor(reflector, keys),
  },
  {
    provide: Symbol('sweeps idempotency keys'),
    inject: [IdempotencyKeys],
    // Every replica does it; they meet at rows that are gone, and nothing else.
    useFactory: (keys: IdempotencyKeys) =>
      new RepeatingTask(
        'Removing old idempotency keys',
        async () => ((await keys.sweep()) ? 100 : SWEEP_EVERY_MS),
        SWEEP_EVERY_MS,
      ),
  },
];

import { createHash } from 'node:crypto';
import { principalOf } from '@citadel/auth';
import { type Operation, Problem, problemFrom } from '@citadel/protocol';
import { type CallHandler, type ExecutionContext, Logger, type NestInterceptor } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { defer, lastValueFrom, type Observable } from 'rxjs';

import { HANDLED_OPERATION } from '../operations/handles.decorator.js';
import type { Attempt, IdempotencyKeys, KeyedRequest } from './idempotency-keys.js';

/** What is kept of an answer. */
type Kept = { readonly response: unknown } | { readonly problem: unknown };

const attempts = new WeakMap<object, Attempt>();

/** The id under which a handler stores what this request makes; `undefined` if the request has no key. */
export const resourceIdOf = (context: ExecutionContext): string | undefined =>
  attempts.get(context.switchToRpc().getContext<object>())?.resourceId;

/** Answers a request whose key was used before as it was answered then. Only for operations that are `idempotent`. */
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly keys: IdempotencyKeys,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = this.reflector.get<Operation | undefined>(HANDLED_OPERATION, context.getHandler());
    if (!operation?.idempotent) return next.handle();
    const request = keyedRequestOf(operation, context);
    return request ? defer(() => this.answerOnce(request, context, next)) : next.handle();
  }

  private async answerOnce(request: KeyedRequest, context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const begun = await this.keys.begin(request);
    if ('answer' in begun) return answerFrom(begun.answer);
    const { attempt } = begun;
    attempts.set(context.switchToRpc().getContext<object>(), attempt);
    try {
      const response: unknown = await lastValueFrom(next.handle(), { defaultValue: null });
      await this.keep(request, attempt, { response });
      return response;
    } catch (error) {
      await this.keep(request, attempt, isFinal(error) ? { problem: error.toBody() } : undefined);
      throw error;
    }
  }

  /** The request has its answer, whether it can be kept or not: the next attempt will find what this one has made. */
  private async keep(request: KeyedRequest, attempt: Attempt, answer: Kept | undefined): Promise<void> {
    try {
      await (answer ? this.keys.finish(request, attempt, answer) : this.keys.release(request, attempt));
    } catch (error) {
      this.logger.warn(`The answer to a request with a key could not be kept: ${String(error)}`);
    }
  }
}

/**
 * Before the message is validated: what is not a key there is refused by the schema behind this.
 * The fingerprint does not depend on the order of members.
 */
function keyedRequestOf({ id }: Operation, context: ExecutionContext): KeyedRequest | undefined {
  const data: unknown = context.switchToRpc().getData();
  if (typeof data !== 'object' || data === null || !('idempotencyKey' in data)) return undefined;
  const { idempotencyKey: key, ...message } = data;
  if (typeof key !== 'string' || key === '' || key.length > 255 || key.includes('\0')) return undefined;
  const sorted = Object.entries(message).sort(([one], [other]) => (one < other ? -1 : 1));
  const fingerprint = createHash('sha256').update(JSON.stringify(sorted)).digest();
  return { owner: principalOf(context).id, operation: id, key, fingerprint };
}

function answerFrom(kept: unknown): unknown {
  // Written above.
  const answer = kept as Kept;
  if ('problem' in answer) throw problemFrom(answer.problem);
  return answer.response;
}

/** A refusal for good. What was not understood, what is limited for now, and our own faults may end otherwise next time. */
const isFinal = (error: unknown): error is Problem =>
  error instanceof Problem && error.status < 500 && ![400, 429].includes(error.status);

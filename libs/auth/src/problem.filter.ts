import { Problem, type ProblemBody } from '@citadel/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';

import { bearerOf, type HttpRequest } from './carrier.js';

/**
 * Answers a problem that a guard or a service threw: `application/problem+json` (RFC 9457) over HTTP, an error with the
 * same members over NATS and WebSockets.
 */
@Catch(Problem)
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(problem: Problem, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() !== 'http') return throwError(() => problem.toBody());
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    for (const [name, value] of Object.entries(headersOf(problem.toBody(), host.switchToHttp().getRequest()))) {
      httpAdapter.setHeader(response, name, value);
    }
    httpAdapter.reply(response, problem.toBody(), problem.status);
    return undefined;
  }
}

/** The headers that a problem's answer must carry. */
export function headersOf({ status, code, retryAfter }: ProblemBody, request: HttpRequest): Record<string, string> {
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...challengeOf(status, code, bearerOf(request) !== undefined),
  };
}

/** RFC 6750 §3: no error code where no credential was given, `invalid_token` where one was not good enough. */
function challengeOf(status: number, code: string, hasToken: boolean): Record<string, string> {
  if (status === 401) return { 'www-authenticate': hasToken ? 'Bearer error="invalid_token"' : 'Bearer' };
  if (code === 'missing-permission' || code === 'missing-role') {
    return { 'www-authenticate': 'Bearer error="insufficient_scope"' };
  }
  return {};
}

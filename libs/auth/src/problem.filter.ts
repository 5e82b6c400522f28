import { Problem, type ProblemBody } from '@citadel/protocol';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';

import type { HttpRequest } from './carrier.js';
import { RefusalRecorder } from './refusals/refusal-recorder.js';

/**
 * Answers a problem that a guard or a service threw: `application/problem+json` (RFC 9457) over HTTP, an error with the
 * same members in a microservice, an `exception` event with the same members over WebSockets. A refusal gets its decision id here, whoever made it.
 */
@Catch(Problem)
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly refusals: RefusalRecorder,
  ) {}

  catch(thrown: Problem, host: ArgumentsHost): Observable<never> | undefined {
    const problem = this.refusals.record(thrown, host);
    if (host.getType() === 'ws') return sendException(host.switchToWs(), problem.toBody());
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

interface Socket {
  /** A number: what has the interface of browsers. Socket.IO's has none. */
  readonly readyState?: unknown;
  send?(text: string): void;
  emit(event: string, data: unknown): void;
}

/** As Nest answers its own WsException: an `exception` event, with the message that it is about. */
function sendException(host: ReturnType<ArgumentsHost['switchToWs']>, body: ProblemBody): undefined {
  const socket = host.getClient<Socket>();
  const data = { ...body, cause: { pattern: host.getPattern() } };
  if (typeof socket.readyState !== 'number') socket.emit('exception', data);
  else socket.send?.(JSON.stringify({ event: 'exception', data }));
}

/** The headers that a problem's answer must carry. */
export function headersOf(body: ProblemBody, { headers }: HttpRequest): Record<string, string> {
  const hasToken = headers['authorization'] !== undefined || headers['cookie'] !== undefined;
  const challenge = challengeOf(body, hasToken);
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    ...(body.retryAfter === undefined ? {} : { 'retry-after': String(body.retryAfter) }),
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
  };
}

/** RFC 6750 §3: no error where no credential was given, `invalid_token` where one was not good enough. */
function challengeOf({ status, code, decision, maxAge }: ProblemBody, hasToken: boolean): string | undefined {
  const named = decision === undefined ? '' : `, error_description="Decision ${decision}"`;
  if (code === 'insufficient-user-authentication') {
    // RFC 9470 §3.
    return `Bearer error="insufficient_user_authentication"${named}, max_age="${String(maxAge ?? 0)}"`;
  }
  // A wrong password is no fault of the token that came with it.
  if (status === 401) return hasToken && code === 'unauthenticated' ? `Bearer error="invalid_token"${named}` : 'Bearer';
  const isScope = code === 'missing-permission' || code === 'missing-role' || code === 'insufficient-clearance';
  return isScope ? `Bearer error="insufficient_scope"${named}` : undefined;
}

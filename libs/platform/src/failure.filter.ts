import { ProblemFilter } from '@citadel/auth';
import { problem, Problem } from '@citadel/protocol';
import { type ArgumentsHost, Catch, HttpException, Logger } from '@nestjs/common';
import type { Observable } from 'rxjs';

import { isDatabaseUnavailable } from './database/index.js';
import { currentCall } from './logging/call-context.js';

/**
 * The one exception filter of a process: answers whatever was thrown as a problem. What was not thrown on purpose is logged here, once, and leaves as
 * `internal` with a trace id and not one word of its inside.
 */
@Catch()
export class FailureFilter extends ProblemFilter {
  private readonly logger = new Logger('Failure');

  override catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    return super.catch(this.toProblem(error), host);
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof Problem) return this.report(error);
    if (isDatabaseUnavailable(error)) {
      this.logger.warn(`The database is unavailable: ${String(error)}`);
      return problem('service-unavailable', { detail: 'The database cannot be reached', retryAfter: 1, cause: error });
    }
    const known = fromHttp(error);
    if (known) return known;
    this.logger.error(error);
    return problem('internal', { ...traced(), cause: error });
  }

  /** Our own faults are logged with their cause. One that has a trace id was logged by the service that it comes from. */
  private report(thrown: Problem): Problem {
    const isFault = thrown.code === 'internal' || thrown.code === 'invalid-response';
    if (!isFault || thrown.details.traceId !== undefined) return thrown;
    this.logger.error(thrown.cause ?? thrown);
    return thrown.with({ ...traced(), cause: thrown });
  }
}

function traced() {
  const traceId = currentCall()?.traceId;
  return traceId === undefined ? {} : { traceId };
}

/** What Nest and Fastify throw about a request before any handler sees it. */
function fromHttp(error: unknown): Problem | undefined {
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  switch (status) {
    case 400:
      return problem('malformed-json', { cause: error });
    case 404:
      return problem('route-not-found', { cause: error });
    case 413:
      return problem('body-too-large', { detail: 'A body may have 1 MiB at most', cause: error });
    case 415:
      return problem('unsupported-media-type', { cause: error });
    default:
      return undefined;
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
}

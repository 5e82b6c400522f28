import { RefusalRecorder } from '@citadel/auth';
import { problem, type ProblemBody, problemsOf } from '@citadel/protocol';
import {
  BadRequestException,
  type HttpException,
  Logger,
  NotFoundException,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { firstValueFrom } from 'rxjs';

import { FailureFilter } from './failure.filter.js';
import { newCall, runInCall } from './logging/call-context.js';

const errors: unknown[] = [];
const keep = (error: unknown) => void errors.push(error);
Logger.overrideLogger({ error: keep, log: () => undefined, warn: () => undefined });
beforeEach(() => errors.splice(0));
afterAll(() => void Logger.overrideLogger(false));

// Over NATS a filter answers with an observable that fails; HTTP's half is tried with the gateway.
const filter = new FailureFilter({} as never, new RefusalRecorder('treasury', undefined));
const call = newCall('request-1');
async function bodyOf(error: unknown): Promise<ProblemBody> {
  const host = new ExecutionContextHost([{}, {}]);
  host.setType('rpc');
  const answer = runInCall(call, () => filter.catch(error, host));
  if (!answer) throw new Error('no answer');
  try {
    await firstValueFrom(answer);
  } catch (body) {
    return body as ProblemBody;
  }
  throw new Error('it did not fail');
}
const withStatus = (statusCode: number) => Object.assign(new Error('inside'), { statusCode });

const ofOrders = problemsOf({ 'order-too-large': [409, 'The order is too large'] });

describe('what a service throws', () => {
  it('leaves as it is when it is a problem, and is not logged', async () => {
    await expect(bodyOf(ofOrders('order-too-large', { detail: 'Holds 3.00' }))).resolves.toEqual({
      type: 'urn:citadel:problem:order-too-large',
      title: 'The order is too large',
      status: 409,
      code: 'order-too-large',
      detail: 'Holds 3.00',
    });
    expect(errors).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a bug', new TypeError('Cannot read properties of undefined (reading "hunter2")')],
    ['text', 'hunter2'],
    ['nothing', undefined],
    ['an object', { message: 'hunter2', status: 200, code: 'fine' }],
    ['an error that poses as a problem', Object.assign(new Error('hunter2'), { code: 'unauthenticated', status: 200 })],
    ['an unknown database error', Object.assign(new Error('hunter2'), { code: 'P2010' })],
    ['a status that nobody means', withStatus(302)],
    ['a problem that says internal', problem('internal', { cause: new Error('hunter2') })],
  ])('leaves as internal with a trace id and not a word more when it is %s, and is logged', async (_, error) => {
    await expect(bodyOf(error)).resolves.toEqual({ ...problem('internal').toBody(), traceId: call.traceId });
    expect(errors).toHaveLength(1);
  });

  it('keeps the trace id of the service that failed first', async () => {
    await expect(bodyOf(problem('internal', { traceId: 'theirs' }))).resolves.toMatchObject({ traceId: 'theirs' });
  });

  it('says that the database cannot be reached, and when to retry', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    const body = await bodyOf(refused);
    expect(body).toMatchObject({ status: 503, code: 'service-unavailable', retryAfter: 1 });
    expect(JSON.stringify(body)).not.toContain('10.0.0.1');
  });

  it.each<[HttpException | Error, string]>([
    [new BadRequestException('inside'), 'malformed-json'],
    [new NotFoundException('inside'), 'route-not-found'],
    [new PayloadTooLargeException('inside'), 'body-too-large'],
    [new UnsupportedMediaTypeException('inside'), 'unsupported-media-type'],
    [withStatus(413), 'body-too-large'],
    [withStatus(415), 'unsupported-media-type'],
  ])('replaces the text of an error that the framework threw: %s', async (error, code) => {
    const body = await bodyOf(error);
    expect(body.code).toBe(code);
    expect(JSON.stringify(body)).not.toContain('inside');
  });
});

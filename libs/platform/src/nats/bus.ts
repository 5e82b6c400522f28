import { type Operation, type Problem, problem, problemFrom } from '@citadel/protocol';
import { headers as natsHeaders, errors } from '@nats-io/transport-node';

import { type CallContext, traceparentOf } from '../logging/call-context.js';
import { writeDeadline } from './deadline.js';
import type { NatsLink } from './nats-link.js';

export interface CallOptions {
  /** The caller's own access token: whoever answers verifies it for itself. */
  readonly token: string | undefined;
  readonly call: CallContext;
  /** Further headers, for what is about the connection and not about who is calling. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer is given up; what the bus has if left out, and never more. */
  readonly patience?: number | undefined;
}

/** Bytes of a message that are left to its headers, of which the token is the largest. */
const ROOM_FOR_HEADERS = 16 * 1024;

/** Calls operations of other services and waits for their answers. */
export class Bus {
  /** @param timeout - milliseconds until an answer is given up */
  constructor(
    private readonly link: NatsLink,
    private readonly timeout: number,
  ) {}

  /**
   * @returns what the service answered, not validated
   * @throws Problem the service's own, or `service-unavailable` when nobody listens, or `timeout`
   */
  async call(operation: Operation, data: unknown, options: CallOptions): Promise<unknown> {
    const { token, call, headers = {} } = options;
    const timeout = Math.min(this.timeout, options.patience ?? Infinity);
    const { connection } = this.link;
    const carried = natsHeaders();
    for (const [name, value] of Object.entries(headers)) carried.set(name, value);
    carried.set('traceparent', traceparentOf(call));
    carried.set('x-request-id', call.requestId);
    writeDeadline(carried, { sentAt: performance.now(), patience: timeout });
    if (token !== undefined) carried.set('authorization', `Bearer ${token}`);
    const packet = JSON.stringify({ pattern: operation.subject, data, id: call.requestId });

    if (Buffer.byteLength(packet) + ROOM_FOR_HEADERS > (connection.info?.max_payload ?? 0)) throw problem('internal');
    const question = { subject: operation.subject, payload: packet, headers: carried, timeout };
    const answer = await this.link.ask(question).catch((error: unknown) => {
      throw this.toProblem(operation, timeout, error);
    });
    return readReply(answer);
  }

  private toProblem({ service }: Operation, timeout: number, cause: unknown): Problem {
    const isUnanswered = cause instanceof errors.TimeoutError;
    // What was lost with the connection may or may not have been carried out; who asks must be told which it is not.
    if (isUnanswered && this.link.isConnected) {
      return problem('timeout', { detail: `${service} did not answer in ${String(Math.round(timeout))} ms`, cause });
    }
    if (isOurFault(cause)) return problem('internal', { cause });
    return problem('service-unavailable', { detail: `${service} cannot be reached`, retryAfter: 1, cause });
  }
}

/** What NATS will never let this process say, however often it tries. */
const isOurFault = (error: unknown): boolean =>
  error instanceof errors.PermissionViolationError || error instanceof errors.InvalidArgumentError;

function readReply(bytes: Uint8Array): unknown {
  let reply: unknown;
  try {
    reply = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw problem('invalid-response', { cause });
  }
  if (typeof reply !== 'object' || reply === null) throw problem('invalid-response');
  if ('err' in reply && reply.err) throw problemFrom(reply.err);
  return 'response' in reply ? reply.response : null;
}

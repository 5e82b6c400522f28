import { bearerOf } from '@citadel/auth';
import { type Operation, problem } from '@citadel/contracts';
import { type Bus, clientHeaders, currentCall, newCall } from '@citadel/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { readRequest } from './read-request.js';

/** Carries one request to the service that answers it, and its answer back. */
export async function forward(
  bus: Bus,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const message = readRequest(operation, request);
  const answer = await bus.call(operation, message, {
    // On a public operation a token has not been verified, and means nothing: it stays outside.
    token: operation.public ? undefined : bearerOf(request),
    call: currentCall() ?? newCall(request.id),
    headers: clientHeaders({ address: request.ip, userAgent: request.headers['user-agent'] ?? '' }),
  });
  // What a service answers beyond its contract does not leave: a column added there is not published here by accident.
  const checked = operation.response.safeParse(answer ?? null);
  if (!checked.success) throw problem('invalid-response', { cause: checked.error });

  const { status = 200, noStore, cacheSeconds } = operation;
  reply.status(status);
  if (cacheSeconds !== undefined) reply.header('cache-control', `public, max-age=${String(cacheSeconds)}`);
  else if (noStore || !operation.public) reply.header('cache-control', 'no-store');
  return status === 204 ? undefined : checked.data;
}

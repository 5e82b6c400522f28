import { problem } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';
import { type Bus, clientHeaders, currentCall, newCall } from '@citadel/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Credentials } from '../credentials/credentials.js';
import { unlessKnown } from '../http/representation.js';
import { entityTagOf } from './entity-tag.js';
import { PublicAnswers } from './public-answers.js';
import { readRequest } from './read-request.js';

/** Carries requests to the services that answer them, and their answers back. */
export class Forwarder {
  private readonly publicAnswers = new PublicAnswers();

  constructor(
    private readonly bus: Bus,
    private readonly credentials: Credentials,
  ) {}

  async forward(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const message = this.credentials.complete(operation, readRequest(operation, request), request);
    const { status = 200, noStore, cacheSeconds, versioned } = operation;
    if (cacheSeconds !== undefined) {
      const answer = await this.publicAnswers.find(operation, () => this.ask(operation, message, request));
      return unlessKnown(answer, request, reply, `public, max-age=${String(cacheSeconds)}`);
    }
    const answer = await this.ask(operation, message, request);
    const { data, cookies } = this.credentials.deliver(operation, message, answer, request);
    if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
    const entityTag = versioned ? entityTagOf(data) : undefined;
    if (entityTag !== undefined) reply.header('etag', entityTag);
    reply.status(status);
    if (noStore || !operation.public) reply.header('cache-control', 'no-store');
    return status === 204 ? undefined : data;
  }

  private async ask(operation: Operation, message: unknown, request: FastifyRequest): Promise<unknown> {
    const answer = await this.bus.call(operation, message, {
      // On a public operation a token has not been verified, and means nothing: it stays outside.
      token: operation.public ? undefined : this.credentials.accessToken(request),
      call: currentCall() ?? newCall(request.id),
      headers: clientHeaders({ address: request.ip, userAgent: request.headers['user-agent'] ?? '' }),
    });
    // What a service answers beyond its contract does not leave: a column added there is not published here by accident.
    const checked = operation.response.safeParse(answer ?? null);
    if (!checked.success) throw problem('invalid-response', { cause: checked.error });
    return checked.data;
  }
}

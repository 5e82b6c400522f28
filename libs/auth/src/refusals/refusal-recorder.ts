import { randomUUID } from 'node:crypto';
import type { Problem } from '@citadel/protocol';
import type { ArgumentsHost } from '@nestjs/common';

import { carrierOf, type HttpRequest } from '../carrier.js';
import type { Principal } from '../principal.js';
import type { RefusalListener, SharedDecision } from './refusal.js';

/** Gives every refusal of this service a decision id, and tells whoever keeps them why. */
export class RefusalRecorder {
  constructor(
    private readonly service: string,
    private readonly listener: RefusalListener | undefined,
  ) {}

  /** The problem with its decision id. What another service refused has one already, and is that service's to explain. */
  record(problem: Problem, host: ArgumentsHost): Problem {
    if ((problem.status !== 401 && problem.status !== 403) || problem.details.decision !== undefined) return problem;
    const own = randomUUID();
    const { user } = carrierOf(host);
    const shared = this.listener?.({
      decision: own,
      code: problem.code,
      service: this.service,
      entrance: entranceOf(host),
      rule: ruleOf(problem),
      claims: claimsOf(user),
      subject: user?.id,
      sessionId: user?.sessionId,
    });
    const decision = isShared(shared) ? shared.keptAs : own;
    return problem.with({ decision });
  }
}

const isShared = (value: unknown): value is SharedDecision =>
  typeof value === 'object' && value !== null && 'keptAs' in value && typeof value.keptAs === 'string';

function ruleOf({ code, cause, details }: Problem): string {
  if (details.permission !== undefined) return `permission ${details.permission}`;
  if (details.roles !== undefined) return `one of the roles ${details.roles.join(', ')}`;
  return cause instanceof Error ? cause.message : (details.detail ?? code);
}

function claimsOf(user: Principal | undefined): Record<string, unknown> {
  if (!user) return {};
  const { roles, permissions, clearance, authenticatedAt } = user;
  return { roles, permissions, clearance, authenticatedAt: authenticatedAt?.toISOString() };
}

function entranceOf(host: ArgumentsHost): string {
  switch (host.getType<string>()) {
    case 'http': {
      const { method = '', routeOptions, route } = host.switchToHttp().getRequest<RoutedRequest>();
      return `HTTP ${method} ${routeOptions?.url ?? route?.path ?? 'no route'}`;
    }
    case 'rpc':
      return `subject ${host.switchToRpc().getContext<{ getSubject?(): string }>().getSubject?.() ?? 'unknown'}`;
    case 'ws':
      return `socket ${host.switchToWs().getPattern()}`;
    default:
      return host.getType();
  }
}

/** Fastify's and Express's names for the route that matched; the path itself may hold anything a stranger wrote. */
interface RoutedRequest extends HttpRequest {
  readonly routeOptions?: { readonly url?: string };
  readonly route?: { readonly path?: string };
}

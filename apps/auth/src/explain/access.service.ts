import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';

import { type Event, PrismaClient } from '../generated/prisma/client.js';
import { roleBook } from '../roles/role-book.js';
import { explain, requirementsOf } from './explain.js';

interface Question {
  readonly user?: string | undefined;
  readonly operation?: string | undefined;
  readonly decision?: string | undefined;
}

/** Answers why somebody may or may not do something, and why a call was refused. */
@Injectable()
export class AccessService {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws Problem `decision-not-found`, `operation-not-found`, `user-not-found`, `invalid-request` */
  explain({ user, operation, decision }: Question) {
    if (decision !== undefined) return this.explainDecision(decision);
    if (user !== undefined && operation !== undefined) return this.explainOperation(user, operation);
    const message = 'must name a decision, or a user and an operation';
    throw problem('invalid-request', { errors: [{ in: 'body', path: '', message }] });
  }

  private async explainOperation(id: string, operation: string) {
    const required = requirementsOf(operation);
    if (!required) throw problem('operation-not-found', { detail: `There is no operation ${operation}` });
    const user = await this.prisma.user.findUnique({ where: { id }, include: { roles: true } });
    if (!user) throw problem('user-not-found');
    const roles = user.roles.map(({ role }) => role);
    const explained = { roles, clearance: user.clearance, isDisabled: user.disabledAt !== null };
    const { isAllowed, reasons } = explain(required, explained, await roleBook(this.prisma));
    return { isAllowed, operation, user: id, reasons: [...reasons], decision: null };
  }

  private async explainDecision(eventId: string) {
    const event = await this.prisma.event.findUnique({
      where: { eventId, type: { in: ['access-refused', 'refusals-counted'] } },
    });
    if (!event) {
      throw problem('decision-not-found', {
        detail: 'A refusal is in the trail within a second, and one of too many of the same caller within ten',
      });
    }
    if (event.type === 'refusals-counted') return explainCount(event);
    // Written by the intake, in this form.
    const { code, rule, entrance, claims } = event.detail as {
      code: string;
      rule: string;
      entrance: string;
      claims: Record<string, unknown>;
    };
    const { service, subject, occurredAt } = event;
    return {
      isAllowed: false,
      operation: entrance,
      user: subject,
      reasons: [`${service} refused it with ${code}: ${rule}`],
      decision: { id: eventId, service, occurredAt: occurredAt.toISOString(), code, rule, claims },
    };
  }
}

/** Refusals of one caller that were too many to be kept one by one have this decision in common. */
function explainCount({ eventId, service, subject, address, occurredAt, detail }: Event) {
  // Written by the intake, in this form.
  const { count, refusals, since } = detail as { count: number; refusals: Record<string, number>; since: string };
  const from = subject === null && address !== null ? ` from ${address}` : '';
  const rule = `one of ${String(count)} refusals${from} since ${since} that were counted and not kept one by one`;
  return {
    isAllowed: false,
    operation: 'several',
    user: subject,
    reasons: Object.entries(refusals)
      .sort(([, one], [, other]) => other - one)
      .map(([kind, times]) => `${service} refused ${String(times)} times: ${kind}`),
    decision: {
      id: eventId,
      service,
      occurredAt: occurredAt.toISOString(),
      code: 'refusals-counted',
      rule,
      claims: {},
    },
  };
}

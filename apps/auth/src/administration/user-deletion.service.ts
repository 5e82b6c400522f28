import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';

import { type Actor, byActor, recordEvent } from '../audit/audit-event.js';
import type { Transaction } from '../revocations/revocations.service.js';
import { AdministrationService, findUser, invalidateTokens, powerOf } from './administration.service.js';
import { refuseChange } from './power.js';
import { requireAnotherSovereign } from './users-administration.service.js';

interface Deletion {
  readonly id: string;
  readonly version?: number | undefined;
  /** Who takes over what the user owned in other services. */
  readonly successor?: string | undefined;
}

const NOTHING = { permissions: [], clearance: 'public' } as const;

/**
 * Removes a user for good, with roles, sessions and refresh tokens. The audit trail keeps the id, which no longer identifies a
 * person. What other services hold is theirs to settle: the event is published by the outbox.
 */
@Injectable()
export class UserDeletionService {
  constructor(private readonly administration: AdministrationService) {}

  delete({ id, version, successor }: Deletion, actor: Actor): Promise<null> {
    return this.administration.change(actor, async ({ transaction, book, actor: administrator }) => {
      const user = await findUser(transaction, id);
      if (!user) throw problem('user-not-found');
      if (version !== undefined && version !== user.version) throw problem('version-conflict');
      const refusal = refuseChange(administrator, powerOf(user, book), NOTHING);
      if (refusal) throw refusal;
      await requireAnotherSovereign(transaction, user);
      if (successor !== undefined) await requireSuccessor(transaction, successor, [id, administrator.id]);

      const revoked = await invalidateTokens(transaction, id);
      // A login at the same moment holds the row until its session is stored, which goes with the user then.
      await transaction.user.delete({ where: { id } });
      const detail = { successor: successor ?? null };
      await recordEvent(transaction, {
        ...byActor(actor),
        type: 'user-deleted',
        outcome: 'success',
        subject: id,
        detail,
      });
      return { result: null, revoked: [revoked] };
    });
  }
}

/** Nobody gives to themselves what another person owned. */
async function requireSuccessor(transaction: Transaction, id: string, excluded: readonly string[]): Promise<void> {
  const successor = excluded.includes(id) ? null : await findUser(transaction, id);
  if (!successor || successor.disabledAt) throw problem('unsuitable-successor');
}

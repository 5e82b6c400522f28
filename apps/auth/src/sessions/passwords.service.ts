import { problem } from '@citadel/contracts';
import { Injectable } from '@nestjs/common';

import { AllowancesService } from '../allowances/allowances.service.js';
import { type Actor, byActor, recordEvent } from '../audit/audit-event.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { endOpenSessions } from '../revocations/end-open-sessions.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { AuthenticationService } from '../users/authentication.service.js';
import { UsersService } from '../users/users.service.js';

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly device_token?: string | undefined;
}

/** Changes a password and ends every other session: whoever knew the old one is out (ASVS 7.4.3). */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly users: UsersService,
    private readonly authentication: AuthenticationService,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly revocations: RevocationsService,
    private readonly allowances: AllowancesService,
  ) {}

  /** @throws Problem `invalid-credentials`, `weak-password`, `too-many-requests` */
  async change({ currentPassword, newPassword, device_token }: PasswordChange, actor: Actor): Promise<null> {
    const { id, sessionId } = actor.user;
    const { email } = await this.users.find(id);
    // Counted and compared as a login is: a stolen access token must not make guessing any cheaper.
    const { user } = await this.authentication.authenticate(
      { email, password: currentPassword, device_token },
      { type: 'password-changed', client: actor.client, actor: actor.user },
    );
    await this.allowances.spend('loginOfUser', id);
    await this.policy.check(newPassword, email);
    const passwordHash = await this.hasher.hash(newPassword);

    await this.revocations.revoke(async (transaction) => {
      const { count } = await transaction.user.updateMany({
        where: { id, passwordHash: user.passwordHash },
        data: { passwordHash },
      });
      // Another change came first; this one was allowed by a password that is no longer the current one.
      if (count === 0) throw problem('invalid-credentials');
      const others = { userId: id, endedAt: null, ...(sessionId === undefined ? {} : { id: { not: sessionId } }) };
      const ended = await transaction.session.findMany({ where: others, select: { id: true } });
      await endOpenSessions(transaction, others, 'password-changed');
      await recordEvent(transaction, {
        ...byActor(actor),
        type: 'password-changed',
        outcome: 'success',
        subject: id,
        detail: { sessionsEnded: ended.length },
      });
      return ended.map((session) => ({ kind: 'session', id: session.id, owner: id }) as const);
    });
    return null;
  }
}

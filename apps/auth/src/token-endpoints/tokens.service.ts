import { type Principal, TokenVerifier } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AllowancesService } from '../allowances/allowances.service.js';
import { type Actor, byActor, recordEvent } from '../audit/audit-event.js';
import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { PrismaClient, type Session } from '../generated/prisma/client.js';
import { endOpenSessions } from '../revocations/end-open-sessions.js';
import { lockUser } from '../revocations/owned-revocations.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { endSession, endSessions } from '../sessions/end-sessions.js';
import { hashOf } from '../sessions/refresh-token.js';

/** Ending the life of tokens before their time, and telling others whether they live. */
@Injectable()
export class TokensService implements OnModuleInit {
  private verifier: TokenVerifier | undefined;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly revocations: RevocationsService,
    private readonly allowances: AllowancesService,
    private readonly moduleRef: ModuleRef,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** The same verifier that guards the handlers: what it refuses is not active. */
  onModuleInit(): void {
    this.verifier = this.moduleRef.get(TokenVerifier, { strict: false });
  }

  /** RFC 7009: whoever has a token may end it; what is no token of ours is as good as revoked already (§2.2). */
  async revokePresented(token: string, address: string): Promise<Record<string, never>> {
    const refresh = await this.findRefreshToken(token);
    if (refresh) {
      const { session } = refresh;
      // Anybody may call this, with a token of long ago, as often as they like: it is recorded once.
      if (session.endedAt === null) await this.endPresented(session, address);
      return {};
    }
    const principal = await this.verify(token);
    if (principal) await this.refuseToken(principal, address);
    return {};
  }

  /** RFC 7662 §2.2: of what is not active, nothing is said but that. */
  async introspect(token: string) {
    const principal = await this.verify(token);
    if (principal) {
      return {
        active: true,
        token_type: 'Bearer' as const,
        iss: this.config.CITADEL_ISSUER,
        sub: principal.id,
        client_id: principal.clientId,
        exp: Math.floor(principal.expiresAt.getTime() / 1000),
        jti: principal.tokenId,
        ...(principal.sessionId === undefined ? {} : { sid: principal.sessionId }),
      };
    }
    const refresh = await this.findRefreshToken(token);
    if (!refresh || refresh.usedAt) return { active: false };
    const { session } = refresh;
    const isOpen = session.endedAt === null && session.idleUntil > new Date() && session.user.disabledAt === null;
    if (!isOpen) return { active: false };
    const exp = Math.floor(session.idleUntil.getTime() / 1000);
    return {
      active: true,
      token_type: 'refresh_token' as const,
      sub: session.userId,
      client_id: session.clientId,
      exp,
      sid: session.id,
    };
  }

  async revokeUser(id: string, reason: string | undefined, actor: Actor): Promise<null> {
    if (!(await this.prisma.user.findUnique({ where: { id } }))) throw problem('user-not-found');
    const event = {
      ...byActor(actor),
      type: 'sessions-ended',
      outcome: 'success',
      subject: id,
      detail: detailOf({ reason }),
    } as const;
    await this.revocations.revoke((transaction) => endSessions(transaction, id, 'revoked-by-administrator', event));
    return null;
  }

  async revokeNamed(
    { jti, sid, reason }: { jti?: string | undefined; sid?: string | undefined; reason?: string | undefined },
    actor: Actor,
  ): Promise<null> {
    if (jti === undefined && sid === undefined) {
      throw problem('invalid-request', {
        errors: [{ in: 'body', path: '', message: 'must name a jti, a sid, or both' }],
      });
    }
    const event = {
      ...byActor(actor),
      type: 'token-revoked',
      outcome: 'success',
      detail: detailOf({ jti, sid, reason }),
    } as const;
    await this.allowances.spend('orderOfAdministrator', actor.user.id);
    const session = sid === undefined ? null : await this.prisma.session.findUnique({ where: { id: sid } });
    await this.revocations.revoke(async (transaction) => {
      const ended = session ? await endSession(transaction, session, 'revoked-by-administrator') : [];
      await recordEvent(transaction, event);
      // Named as well, whatever became of the session: the token may be of another, and a session that nobody knows too.
      const named = session || sid === undefined ? [] : [{ kind: 'session', id: sid } as const];
      return [...ended, ...named, ...(jti === undefined ? [] : [{ kind: 'token', id: jti } as const])];
    });
    return null;
  }

  /** Everybody has to log in again, whoever ordered it too. */
  async revokeAll(reason: string, actor: Actor): Promise<null> {
    await this.revocations.revoke(async (transaction) => {
      const { generation } = await transaction.realm.update({
        where: { id: 1 },
        data: { generation: { increment: 1 } },
      });
      await endOpenSessions(transaction, {}, 'revoke-all');
      await recordEvent(transaction, {
        ...byActor(actor),
        type: 'all-tokens-revoked',
        outcome: 'success',
        detail: { reason },
      });
      return [{ kind: 'everybody', generation }];
    });
    return null;
  }

  private async endPresented(session: Session, address: string): Promise<void> {
    const { id, userId } = session;
    await this.allowances.spend('revocationOfUser', userId);
    const event = this.revokedBy({ id: userId, sessionId: id }, address);
    await this.revocations.revoke((transaction) => endSession(transaction, session, 'revoked', event));
  }

  private async refuseToken(principal: Principal, address: string): Promise<void> {
    const { id, tokenId } = principal;
    await this.allowances.spend('revocationOfUser', id);
    const event = { ...this.revokedBy(principal, address), detail: { jti: tokenId } };
    await this.revocations.revoke(async (transaction) => {
      await lockUser(transaction, id);
      await recordEvent(transaction, event);
      return [{ kind: 'token', id: tokenId, owner: id }];
    });
  }

  private revokedBy({ id, sessionId }: Pick<Principal, 'id' | 'sessionId'>, address: string) {
    return { type: 'token-revoked', outcome: 'success', actor: id, subject: id, session: sessionId, address } as const;
  }

  private verify(token: string): Promise<Principal | undefined> {
    if (!this.verifier) throw new Error('TokensService is used before the module is initialised');
    return this.verifier.verify(token);
  }

  private findRefreshToken(token: string) {
    const include = { session: { include: { user: true } } };
    return this.prisma.refreshToken.findUnique({ where: { hash: hashOf(token) }, include });
  }
}

/** Prisma stores no `undefined`. */
function detailOf(detail: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(detail).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

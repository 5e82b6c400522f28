import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import type { Client } from '@citadel/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';

import { AccessTokensService } from '../access-tokens/access-tokens.service.js';
import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { type Credentials, UsersService } from '../users/users.service.js';
import { rotate } from './refresh-rotation.js';
import { hashOf, newRefreshToken, successorOf } from './refresh-token.js';

/** Our own applications; others get an id of their own when they can register. */
const FIRST_PARTY = 'citadel';

/** Logins and what becomes of them. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly users: UsersService,
    private readonly accessTokens: AccessTokensService,
    private readonly revocations: RevocationsService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async logIn(credentials: Credentials, client: Client) {
    const user = await this.users.authenticate(credentials);
    const now = new Date();
    const expiresAt = new Date(now.getTime() + this.config.SESSION_ABSOLUTE_LIFETIME * 1000);
    const idleUntil = new Date(Math.min(expiresAt.getTime(), now.getTime() + this.config.SESSION_IDLE_LIFETIME * 1000));
    const refreshToken = newRefreshToken();
    const session = await this.prisma.session.create({
      data: {
        id: randomUUID(),
        userId: user.id,
        clientId: FIRST_PARTY,
        userAgent: client.userAgent,
        address: client.address,
        methods: ['pwd'],
        authenticatedAt: now,
        idleUntil,
        expiresAt,
        refreshTokens: { create: { hash: hashOf(refreshToken) } },
      },
    });
    return this.answer(session.id, refreshToken);
  }

  async refresh(refreshToken: string) {
    const successor = successorOf(refreshToken, this.config.AUTH_REFRESH_TOKEN_KEY);
    const limits = { grace: this.config.REFRESH_GRACE, idleLifetime: this.config.SESSION_IDLE_LIFETIME };
    const rotation = await rotate(this.prisma, refreshToken, successor, limits);
    if (!rotation || rotation.outcome === 'ended') throw problem('invalid-refresh-token');
    if (rotation.outcome === 'reused') {
      // Whoever came second may be the thief or the owner; both lose the session (RFC 9700 §4.14.2).
      await this.end(rotation.sessionId, 'refresh-token-reused');
      this.logger.warn(`A refresh token of session ${rotation.sessionId} was used again; the session is ended`);
      throw problem('invalid-refresh-token');
    }
    return this.answer(rotation.sessionId, successor);
  }

  async logOut(user: Principal): Promise<null> {
    if (user.sessionId !== undefined) await this.end(user.sessionId, 'logout');
    return null;
  }

  /** Ends a session: its refresh tokens at once, and its access tokens as soon as every service has heard. */
  private async end(id: string, endReason: string): Promise<void> {
    await this.revocations.revoke(async (transaction) => {
      await transaction.session.updateMany({ where: { id, endedAt: null }, data: { endedAt: new Date(), endReason } });
      return [{ kind: 'session', id }];
    });
  }

  private async answer(sessionId: string, refreshToken: string) {
    const session = await this.prisma.session.findUniqueOrThrow({
      where: { id: sessionId },
      include: { user: { include: { roles: true } } },
    });
    if (session.user.disabledAt) throw problem('invalid-refresh-token');
    return {
      access_token: await this.accessTokens.issue(session),
      token_type: 'Bearer' as const,
      expires_in: this.config.ACCESS_TOKEN_LIFETIME,
      refresh_token: refreshToken,
    };
  }
}

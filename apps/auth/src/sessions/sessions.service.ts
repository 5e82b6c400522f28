import { randomUUID } from 'node:crypto';
import type { Principal } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import type { Client } from '@citadel/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';

import { AccessTokensService } from '../access-tokens/access-tokens.service.js';
import { AllowancesService, tooMany } from '../allowances/allowances.service.js';
import { DEVICE_LIFETIME } from '../attempts/attempt-limits.js';
import { type Actor, byActor } from '../audit/audit-event.js';
import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { RevocationsService } from '../revocations/revocations.service.js';
import { AuthenticationService, type Credentials, type Occasion } from '../users/authentication.service.js';
import { UsersService } from '../users/users.service.js';
import { type Rotation, rotate, storedAmong } from './refresh-rotation.js';
import { openSession } from './open-session.js';
import { newRefreshToken, successorOf } from './refresh-token.js';
import { deviceOf } from './device.js';
import { endSession, endSessions } from './end-sessions.js';

/** Our own applications; others get an id of their own when they can register. */
const FIRST_PARTY = 'citadel';

/** Seconds for which a session that is over is kept, so that its owner and the trail can still name it. */
const KEPT_AFTER_END = 30 * 86_400;

interface Opened {
  readonly id: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
}

/** Logins and what becomes of them. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger(SessionsService.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly users: UsersService,
    private readonly authentication: AuthenticationService,
    private readonly accessTokens: AccessTokensService,
    private readonly revocations: RevocationsService,
    private readonly allowances: AllowancesService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async logIn(credentials: Credentials, client: Client) {
    return this.firstTokens(await this.open(credentials, { type: 'login', client }));
  }

  /**
   * A fresh session for somebody who has just proved again who they are; the one before ends, so that a token from before
   * does not inherit the new proof (ASVS 7.2.4).
   */
  async reauthenticate(proof: Omit<Credentials, 'email'>, actor: Actor) {
    const { email } = await this.users.find(actor.user.id);
    const occasion = { type: 'reauthenticated', client: actor.client, actor: actor.user } as const;
    const opened = await this.open({ email, ...proof }, occasion);
    // Before the new token is issued: what ends a session may make all of the user's tokens so far too old.
    if (actor.user.sessionId !== undefined) await this.end(actor.user.sessionId, 'reauthenticated', actor);
    return this.firstTokens(opened);
  }

  private async open(credentials: Credentials, occasion: Occasion) {
    const { user, deviceToken } = await this.authentication.authenticate(credentials, occasion);
    const { type, client } = occasion;
    await this.allowances.spend('loginOfUser', user.id);
    const now = Date.now();
    const expiresAt = now + this.config.SESSION_ABSOLUTE_LIFETIME * 1000;
    const idleUntil = Math.min(expiresAt, now + this.config.SESSION_IDLE_LIFETIME * 1000);
    const refreshToken = newRefreshToken();
    const id = randomUUID();
    const session = {
      id,
      clientId: FIRST_PARTY,
      userAgent: client.userAgent,
      address: client.address,
      methods: ['pwd'],
      authenticatedAt: new Date(now),
      idleUntil: new Date(idleUntil),
      expiresAt: new Date(expiresAt),
    };
    const event = {
      type,
      outcome: 'success',
      actor: user.id,
      subject: user.id,
      session: id,
      address: client.address,
    } as const;
    const isOpen = await openSession(this.prisma, user, session, refreshToken, event);
    if (!isOpen) throw problem('invalid-credentials');
    return { id, refreshToken, deviceToken };
  }

  /** @throws Problem `invalid-refresh-token`, the same for unknown, ended and reused; `too-many-requests` */
  async refresh(refreshToken: string | undefined, client: Client) {
    if (refreshToken === undefined) throw problem('invalid-refresh-token');
    const { AUTH_REFRESH_TOKEN_KEY: key, AUTH_REFRESH_TOKEN_KEY_PREVIOUS: previous } = this.config;
    const successor = successorOf(refreshToken, key);
    const limits = { grace: this.config.REFRESH_GRACE, idleLifetime: this.config.SESSION_IDLE_LIFETIME };
    const rotation = await rotate(this.prisma, refreshToken, successor, limits, client.address);
    if (rotation?.outcome === 'session-in-a-hurry') throw tooMany('refreshOfSession');
    if (rotation?.outcome === 'user-in-a-hurry') throw tooMany('refreshOfUser');
    if (rotation?.outcome === 'reused') await this.endReused(rotation, client);
    if (rotation?.outcome !== 'rotated' && rotation?.outcome !== 'replayed') throw problem('invalid-refresh-token');
    // Used a moment ago, perhaps by a replica that has another key while this one is being replaced.
    const candidates = [successor, ...(previous ? [successorOf(refreshToken, previous)] : [])];
    const isOurs = rotation.outcome === 'rotated';
    const stored = isOurs ? successor : await storedAmong(this.prisma, candidates, rotation.sessionId);
    const answer = stored === undefined ? undefined : await this.answer(rotation.sessionId, stored);
    if (!answer) throw problem('invalid-refresh-token');
    return answer;
  }

  /** Whoever came second may be the thief or the owner; both lose the session (RFC 9700 §4.14.2). */
  private async endReused({ sessionId: id, userId }: Rotation, { address }: Client): Promise<void> {
    this.logger.warn(`A refresh token of session ${id} was used again; the session is ended`);
    const event = {
      type: 'refresh-token-reused',
      outcome: 'failure',
      subject: userId,
      session: id,
      address,
    } as const;
    const reason = 'refresh-token-reused';
    await this.revocations.revoke((transaction) => endSession(transaction, { id, userId }, reason, event));
  }

  async list(user: Principal) {
    const now = new Date();
    const open = { userId: user.id, endedAt: null, idleUntil: { gt: now }, expiresAt: { gt: now } };
    const sessions = await this.prisma.session.findMany({ where: open, orderBy: { lastSeenAt: 'desc' }, take: 100 });
    const items = sessions.map((session) => ({
      id: session.id,
      isCurrent: session.id === user.sessionId,
      device: deviceOf(session.userAgent),
      address: session.address,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
      authenticatedAt: session.authenticatedAt.toISOString(),
      methods: session.methods,
      expiresAt: session.expiresAt.toISOString(),
    }));
    return { items };
  }

  async logOut(actor: Actor): Promise<null> {
    const { sessionId } = actor.user;
    return sessionId === undefined ? null : this.end(sessionId, 'logout', actor);
  }

  /** Somebody else's session is not there, as far as the caller can tell. */
  async endOne(id: string, actor: Actor): Promise<null> {
    const session = await this.prisma.session.findUnique({ where: { id, userId: actor.user.id, endedAt: null } });
    if (!session) throw problem('session-not-found');
    return this.end(id, 'ended-by-owner', actor, { ended: id });
  }

  async logOutEverywhere(actor: Actor): Promise<null> {
    await this.revocations.revoke((transaction) =>
      endSessions(transaction, actor.user.id, 'logout-all', {
        ...byActor(actor),
        type: 'sessions-ended',
        outcome: 'success',
        subject: actor.user.id,
      }),
    );
    return null;
  }

  /** Sessions that have long been over, with their refresh tokens. */
  async forgetOld(): Promise<void> {
    const before = new Date(Date.now() - KEPT_AFTER_END * 1000);
    await this.prisma.session.deleteMany({
      where: { OR: [{ expiresAt: { lt: before } }, { endedAt: { lt: before } }] },
    });
  }

  /** Ends a session of the actor: its refresh tokens at once, its access tokens as soon as every service has heard. */
  private async end(id: string, endReason: string, actor: Actor, detail = {}): Promise<null> {
    const userId = actor.user.id;
    const event = { ...byActor(actor), type: 'session-ended', outcome: 'success', subject: userId, detail } as const;
    await this.revocations.revoke((transaction) => endSession(transaction, { id, userId }, endReason, event));
    return null;
  }

  /** @throws Problem `invalid-credentials` if the session was ended before it had a token, as if it had been just before */
  private async firstTokens({ id, refreshToken, deviceToken }: Opened) {
    const answer = await this.answer(id, refreshToken);
    if (!answer) throw problem('invalid-credentials');
    return { ...answer, device_token: deviceToken, device_expires_in: DEVICE_LIFETIME };
  }

  private async answer(sessionId: string, refreshToken: string) {
    const issued = await this.accessTokens.issueFor(sessionId);
    if (!issued) return undefined;
    return {
      access_token: issued.token,
      token_type: 'Bearer' as const,
      expires_in: this.config.ACCESS_TOKEN_LIFETIME,
      refresh_token: refreshToken,
      refresh_expires_in: Math.max(0, Math.floor((issued.idleUntil.getTime() - Date.now()) / 1000)),
    };
  }
}

import { randomUUID } from 'node:crypto';
import { AUDIENCE, ROLES } from '@citadel/contracts';
import { RoleBook, type RoleEntry } from '@citadel/protocol';
import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { type Clearance, Prisma, PrismaClient } from '../generated/prisma/client.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';

interface TokenSubject {
  readonly clientId: string;
  readonly methods: readonly string[];
  readonly authenticatedAt: Date;
  readonly idleUntil: Date;
  readonly userId: string;
  readonly clearance: Clearance;
  readonly roles: readonly string[];
  readonly customRoles: readonly RoleEntry[];
  readonly generation: number;
  readonly realmGeneration: number;
}

export interface IssuedToken {
  readonly token: string;
  /** When the session ends unless it is refreshed. */
  readonly idleUntil: Date;
}

/** Issues access tokens (RFC 9068). */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: SigningKeysService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** A token for an open session of an enabled user; `undefined` if it is neither any more. */
  async issueFor(sessionId: string): Promise<IssuedToken | undefined> {
    const subject = await this.subjectOf(sessionId);
    if (!subject) return undefined;
    const book = new RoleBook(ROLES, subject.customRoles);
    const issuedAt = Math.floor(Date.now() / 1000);
    const token = await this.keys.sign({
      iss: this.config.CITADEL_ISSUER,
      sub: subject.userId,
      aud: AUDIENCE,
      exp: issuedAt + this.config.ACCESS_TOKEN_LIFETIME,
      iat: issuedAt,
      jti: randomUUID(),
      client_id: subject.clientId,
      sid: sessionId,
      auth_time: Math.floor(subject.authenticatedAt.getTime() / 1000),
      amr: subject.methods,
      roles: book.expand(subject.roles),
      permissions: book.permissionsOf(subject.roles),
      clearance: subject.clearance,
      gen: [subject.realmGeneration, subject.generation],
    });
    return { token, idleUntil: subject.idleUntil };
  }

  /**
   * In one statement, and so of one moment: whoever sees the session open sees the generations from before it ended, and
   * a token that is issued while a session is being ended is among those that are refused.
   */
  private async subjectOf(sessionId: string): Promise<TokenSubject | undefined> {
    const [subject] = await this.prisma.$queryRaw<TokenSubject[]>(Prisma.sql`
      SELECT s.client_id AS "clientId", s.methods, s.authenticated_at AS "authenticatedAt", s.idle_until AS "idleUntil",
             u.id AS "userId", u.clearance, u.generation, realm.generation AS "realmGeneration",
             ARRAY(SELECT role FROM user_roles WHERE user_id = u.id ORDER BY role) AS roles,
             (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', name, 'permissions', permissions, 'inherits', inherits)), '[]')
              FROM roles) AS "customRoles"
      FROM sessions s JOIN users u ON u.id = s.user_id CROSS JOIN realm
      WHERE s.id = ${sessionId}::uuid AND s.ended_at IS NULL AND u.disabled_at IS NULL`);
    return subject;
  }
}

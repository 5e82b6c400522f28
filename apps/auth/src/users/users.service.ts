import { randomUUID } from 'node:crypto';
import { problem, ROLES } from '@citadel/contracts';
import type { Principal } from '@citadel/auth';
import { RoleBook, type RoleEntry } from '@citadel/protocol';
import { type Client, refuse } from '@citadel/platform';
import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { registrationLimits } from '../attempts/attempt-limits.js';
import { recordEvent } from '../audit/audit-event.js';
import { Prisma, PrismaClient, type User } from '../generated/prisma/client.js';
import { MOST_ROLES } from '../roles/role-book.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';
import { AuthenticationService, type Credentials } from './authentication.service.js';

interface Profile extends Pick<User, 'id' | 'email' | 'clearance' | 'createdAt'> {
  readonly roles: string[];
  readonly customRoles: readonly RoleEntry[];
}

/** Who can log in, and with which roles. */
@Injectable()
export class UsersService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly authentication: AuthenticationService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Registers a citizen. Which roles somebody has is never taken from what they send. */
  async register({ email, password }: Credentials, client: Client) {
    const { address } = client;
    const limits = registrationLimits(address, this.config.REGISTRATIONS_PER_ADDRESS);
    await this.authentication.admit(limits, { type: 'user-registered', client });
    await this.policy.check(password, email);
    const passwordHash = await this.hasher.hash(password);
    const id = randomUUID();
    await this.prisma
      .$transaction([
        this.prisma.user.create({ data: { id, email, passwordHash, roles: { create: { role: 'citizen' } } } }),
        recordEvent(this.prisma, { type: 'user-registered', outcome: 'success', actor: id, subject: id, address }),
      ])
      .catch(refuse('P2002', (cause) => problem('email-taken', { cause })));
    return { id, email, roles: ['citizen'] };
  }

  /** @throws Problem `unauthenticated` if there is no such user any more */
  async find(id: string): Promise<User> {
    const user = await this.prisma.user.findUnique({ where: { id } });
    if (!user) throw problem('unauthenticated');
    return user;
  }

  async describe(principal: Principal) {
    // One statement for what Prisma asks for in three: every page of every client begins with it.
    const [user] = await this.prisma.$queryRaw<Profile[]>(Prisma.sql`
      SELECT id, email, clearance, created_at AS "createdAt",
        ARRAY(SELECT role FROM user_roles WHERE user_id = users.id ORDER BY role) AS roles,
        ARRAY(
          SELECT jsonb_build_object('name', name, 'permissions', permissions, 'inherits', inherits) FROM roles
          LIMIT ${MOST_ROLES}
        ) AS "customRoles"
      FROM users WHERE id = ${principal.id}::uuid`);
    if (!user || principal.sessionId === undefined) throw problem('unauthenticated');
    return {
      id: user.id,
      email: user.email,
      roles: user.roles,
      permissions: new RoleBook(ROLES, user.customRoles).permissionsOf(user.roles),
      clearance: user.clearance,
      sessionId: principal.sessionId,
      createdAt: user.createdAt.toISOString(),
    };
  }
}

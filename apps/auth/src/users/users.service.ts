import { randomUUID } from 'node:crypto';
import { permissionsOf, problem } from '@citadel/contracts';
import type { Principal } from '@citadel/auth';
import { refuse } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { PrismaClient } from '../generated/prisma/client.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordPolicy } from '../passwords/password-policy.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Who can log in, and with which roles. */
@Injectable()
export class UsersService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
  ) {}

  /** Registers a citizen. Which roles somebody has is never taken from what they send. */
  async register({ email, password }: Credentials) {
    this.policy.check(password, email);
    const passwordHash = await this.hasher.hash(password);
    const id = randomUUID();
    await this.prisma.user
      .create({ data: { id, email, passwordHash, roles: { create: { role: 'citizen' } } } })
      .catch(refuse('P2002', 'email-taken'));
    return { id, email, roles: ['citizen'] };
  }

  /**
   * The user with these credentials. An unknown address, a wrong password and a disabled user answer the same, after the
   * same work.
   */
  async authenticate({ email, password }: Credentials) {
    const user = await this.prisma.user.findUnique({ where: { email } });
    const isRight = await this.hasher.matches(password, user?.passwordHash);
    if (!user || !isRight || user.disabledAt) throw problem('invalid-credentials');
    if (this.hasher.isOutdated(user.passwordHash)) await this.rehash(user.id, user.passwordHash, password);
    return user;
  }

  async describe(principal: Principal) {
    const user = await this.prisma.user.findUnique({ where: { id: principal.id }, include: { roles: true } });
    if (!user || principal.sessionId === undefined) throw problem('unauthenticated');
    const roles = user.roles.map(({ role }) => role);
    return {
      id: user.id,
      email: user.email,
      roles,
      permissions: permissionsOf(roles),
      clearance: user.clearance,
      sessionId: principal.sessionId,
      createdAt: user.createdAt.toISOString(),
    };
  }

  /** Only over the hash that was just verified: a password changed meanwhile must not come back. */
  private async rehash(id: string, passwordHash: string, password: string): Promise<void> {
    const data = { passwordHash: await this.hasher.hash(password) };
    await this.prisma.user.updateMany({ where: { id, passwordHash }, data });
  }
}

import { problem } from '@citadel/contracts';
import type { Client } from '@citadel/platform';
import { Injectable } from '@nestjs/common';

import { type AttemptLimit, deviceLimit, strangerLimits } from '../attempts/attempt-limits.js';
import { type Admission, AttemptsService, type Refusal } from '../attempts/attempts.service.js';
import { DeviceTokens } from '../attempts/device-tokens.js';
import { type Actor, type EventType, recordEvent } from '../audit/audit-event.js';
import { PrismaClient, type User } from '../generated/prisma/client.js';
import { PasswordHasher } from '../passwords/password-hasher.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** From an earlier login on this device; one that is not good is ignored. */
  readonly device_token?: string | undefined;
}

/** What a password is given for, by whom if they are logged in, and from where. */
export interface Occasion {
  readonly type: EventType;
  readonly client: Client;
  readonly actor?: Actor['user'];
}

export interface Authenticated {
  readonly user: User;
  readonly deviceToken: string;
}

/** Proves with a password who somebody is: at a login, before a new password, and when a login is to be recent. */
@Injectable()
export class AuthenticationService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly hasher: PasswordHasher,
    private readonly attempts: AttemptsService,
    private readonly devices: DeviceTokens,
  ) {}

  /**
   * The user with these credentials. Whether an attempt is let through depends on what was sent and on earlier attempts,
   * never on what is stored about the account; and an unknown address, a wrong password and a disabled user answer the
   * same, after the same work.
   *
   * @throws Problem `invalid-credentials`, `too-many-requests`
   */
  async authenticate(
    { email, password, device_token: token }: Credentials,
    occasion: Occasion,
  ): Promise<Authenticated> {
    const device = await this.trustedDevice(email, token);
    const admission = device
      ? undefined
      : await this.admit(strangerLimits(email, occasion.client.address), occasion, email);
    const user = await this.prisma.user.findUnique({ where: { email } });
    const isRight = await this.hasher.matches(password, user?.passwordHash);
    if (!user || !isRight || user.disabledAt) {
      await this.record(occasion, user?.id);
      throw problem('invalid-credentials');
    }
    if (admission) await this.attempts.succeeded(admission);
    if (device) await this.attempts.forgive(deviceLimit(email, device));
    const current = this.hasher.isOutdated(user.passwordHash) ? await this.rehash(user, password) : user;
    return { user: current, deviceToken: this.devices.issue(email, device) };
  }

  /**
   * Lets an attempt through, or records that it was refused: once for each delay, because the trail must not grow at a
   * stranger's pace.
   *
   * @throws Problem `too-many-requests` with the seconds to wait
   */
  async admit(limits: readonly AttemptLimit[], occasion: Occasion, email?: string): Promise<Admission> {
    const verdict = await this.attempts.begin(limits);
    if (!('limit' in verdict)) return verdict;
    if (verdict.isFirst) await this.recordRefusal(verdict, occasion, email);
    const { retryAfter } = verdict;
    throw problem('too-many-requests', { detail: `Try again in ${String(retryAfter)} seconds`, retryAfter });
  }

  /** The device that a token names, if it has not failed too often. */
  private async trustedDevice(email: string, token: string | undefined): Promise<string | undefined> {
    const device = this.devices.deviceIn(token, email);
    if (device === undefined) return undefined;
    return 'limit' in (await this.attempts.begin([deviceLimit(email, device)])) ? undefined : device;
  }

  private async recordRefusal({ limit, refusedBefore }: Refusal, occasion: Occasion, email?: string): Promise<void> {
    const [kind = ''] = limit.key.split(':');
    // Which account was meant is known where the limit is the account's; it is looked up after the decision.
    const isOfAccount = email !== undefined && ['pair', 'account'].includes(kind);
    const user = isOfAccount ? await this.prisma.user.findUnique({ where: { email }, select: { id: true } }) : null;
    await this.record(occasion, user?.id, { code: 'too-many-requests', limit: kind, refusedBefore });
  }

  private async record(
    { type, client, actor }: Occasion,
    subject: string | undefined,
    detail: Readonly<Record<string, string | number>> = {},
  ): Promise<void> {
    const { address } = client;
    const by = { actor: actor?.id, session: actor?.sessionId, address };
    await recordEvent(this.prisma, { ...by, type, outcome: 'failure', subject, detail });
  }

  /** Only over the hash that was just verified: a password changed meanwhile must not come back. */
  private async rehash(user: User, password: string): Promise<User> {
    const { id, passwordHash } = user;
    const data = { passwordHash: await this.hasher.hash(password) };
    const { count } = await this.prisma.user.updateMany({ where: { id, passwordHash }, data });
    return count === 0 ? user : { ...user, ...data };
  }
}

import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { KeyRing } from '@citadel/auth';
import { problem, PublicJwk } from '@citadel/contracts';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { Prisma, PrismaClient, type SigningKey } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { newPrivateKey, publicJwkOf, signToken } from './key-pair.js';
import { dueKey, type KeySchedule, stateOf } from './key-schedule.js';
import { nameOf, seal, unseal } from './sealed-key.js';

interface OpenKey {
  readonly row: SigningKey;
  readonly privateKey: KeyObject;
}

/** One advisory lock for all that changes or publishes keys: of several replicas, one at a time. */
const LOCK = 7_240_110;

/** The keys that access tokens are signed with. Their private parts leave the database sealed, and live in memory only. */
@Injectable()
export class SigningKeysService implements OnModuleInit {
  private open: readonly OpenKey[] = [];
  private published: KeyRing | undefined;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
    private readonly moduleRef: ModuleRef,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** What this process, like every service, believes: it lives in the module that guards the handlers. */
  onModuleInit(): void {
    this.published = this.moduleRef.get(KeyRing, { strict: false });
  }

  /** Whether there is a key to sign with that the services know. */
  get canSign(): boolean {
    return this.signing() !== undefined;
  }

  /**
   * Signs an access token with the key whose time it is.
   *
   * @throws Problem `service-unavailable` while no key is both of its time and published: nobody could verify the token
   */
  async sign(claims: object): Promise<string> {
    if (!this.signing()) await this.load();
    const key = this.signing();
    if (!key) throw problem('service-unavailable', { detail: 'There is no key to sign with yet', retryAfter: 1 });
    return signToken(claims, key.privateKey, key.row.kid, key.row.algorithm);
  }

  /** The public keys, as they are stored: the source that the bucket and the HTTP endpoint share. */
  async publicKeys(): Promise<PublicJwk[]> {
    const rows = await this.prisma.signingKey.findMany({
      where: { goneAt: { gt: new Date() } },
      orderBy: { signsFrom: 'asc' },
    });
    return rows.map(({ publicJwk }) => PublicJwk.parse(publicJwk));
  }

  /** Makes the key that is due, forgets those that are gone, publishes the rest, and takes them into use. */
  async maintain(): Promise<void> {
    await this.locked(async (transaction) => {
      const now = new Date();
      await transaction.signingKey.deleteMany({ where: { goneAt: { lte: now } } });
      const due = dueKey(await transaction.signingKey.findMany(), now, this.schedule());
      if (due) await transaction.signingKey.create({ data: { ...due, ...(await this.newKey()) } });
    });
    // Committed first, then published: what is published must not be undone by a rollback.
    await this.locked(async () => this.publication.publishKeys(await this.publicKeys()));
    await this.load();
  }

  private signing(): OpenKey | undefined {
    const now = new Date();
    // A key that the services do not know, or no longer believe, must not sign: its tokens would be refused.
    return this.open.find(({ row }) => stateOf(row, now) === 'signing' && this.published?.find(row.kid) !== undefined);
  }

  private async load(): Promise<void> {
    const rows = await this.prisma.signingKey.findMany({
      where: { goneAt: { gt: new Date() } },
      orderBy: { signsFrom: 'desc' },
    });
    this.open = rows.map((row) => ({ row, privateKey: this.unsealed(row) }));
  }

  private unsealed({ kid, sealedKey }: SigningKey): KeyObject {
    return createPrivateKey({
      key: unseal(sealedKey, this.config.AUTH_KEY_ENCRYPTION_KEY, kid),
      format: 'der',
      type: 'pkcs8',
    });
  }

  private async newKey() {
    const kid = randomUUID();
    const algorithm = this.config.AUTH_SIGNING_ALGORITHM;
    const privateKey = await newPrivateKey(algorithm);
    const sealingKey = this.config.AUTH_KEY_ENCRYPTION_KEY;
    const sealedKey = seal(privateKey.export({ format: 'der', type: 'pkcs8' }), sealingKey, kid);
    return {
      kid,
      algorithm,
      publicJwk: publicJwkOf(privateKey, kid, algorithm),
      sealedKey,
      sealedWith: nameOf(sealingKey),
    };
  }

  private schedule(): KeySchedule {
    const { SIGNING_KEY_PERIOD, SIGNING_KEY_AHEAD, ACCESS_TOKEN_LIFETIME } = this.config;
    // A token signed in a key's last second must find it until it expires, on clocks that are off by a minute.
    return {
      period: SIGNING_KEY_PERIOD * 1000,
      publishAhead: SIGNING_KEY_AHEAD * 1000,
      keep: (ACCESS_TOKEN_LIFETIME + 120) * 1000,
    };
  }

  private locked<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
      return work(transaction);
    });
  }
}

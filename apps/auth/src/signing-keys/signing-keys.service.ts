import { setTimeout } from 'node:timers/promises';
import { MAXIMUM_KEYS } from '@citadel/auth';
import { problem, type PublicJwk } from '@citadel/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';

import { type Actor, byActor, recordEvent } from '../audit/audit-event.js';
import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { Prisma, PrismaClient, type SigningKey } from '../generated/prisma/client.js';
import { PublicationService } from '../publication/publication.service.js';
import { dueKey, type KeyDates, type KeySchedule, rotatedKey, rotationDelay } from './key-schedule.js';
import { publicJwksOf, toReply } from './key-views.js';
import { Signer } from './signer.js';

type Transaction = Prisma.TransactionClient;

/** One advisory lock for all that changes or publishes keys: of several replicas, one at a time. */
const LOCK = 7_240_110;

/** Keys that may be published before another is ordered: half of what readers take, so that a removal gets through. */
const MAXIMUM_BEFORE_ROTATION = MAXIMUM_KEYS / 2;

/** Milliseconds for which a login waits for a new key to be known. */
const PATIENCE = 1_000;

/** Makes, publishes and retires the keys that access tokens are signed with. */
@Injectable()
export class SigningKeysService {
  private readonly logger = new Logger(SigningKeysService.name);

  constructor(
    private readonly prisma: PrismaClient,
    private readonly publication: PublicationService,
    private readonly signer: Signer,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Whether there is a key to sign with that the services know. */
  get canSign(): boolean {
    return this.signer.canSign;
  }

  /** Signs an access token. @throws Problem `service-unavailable` while nobody could verify it */
  async sign(claims: object): Promise<string> {
    if (!this.canSign) await this.takeUp();
    return this.signer.sign(claims);
  }

  /** The public keys as they are stored: what the bucket and the HTTP endpoint show. */
  async publicKeys(): Promise<PublicJwk[]> {
    return publicJwksOf(await this.current());
  }

  async list() {
    const now = new Date();
    const keys = await this.prisma.signingKey.findMany({ orderBy: { signsFrom: 'desc' }, take: 100 });
    return { items: keys.map((key) => toReply(key, now)) };
  }

  /** Makes the key that is due, forgets those that are long gone, publishes the rest and takes them into use. */
  async maintain(): Promise<void> {
    await this.locked(async (transaction) => {
      const now = new Date();
      await transaction.signingKey.deleteMany({
        where: { goneAt: { lte: new Date(now.getTime() - this.schedule().period) } },
      });
      const due = dueKey(await transaction.signingKey.findMany(), now, this.schedule());
      if (due) await this.create(transaction, due);
    });
    await this.publish();
  }

  /**
   * Ends the turn of the key that signs, ahead of its time and in order: its tokens stay good until they expire, and the
   * new key signs when caches have had the time to learn of it.
   *
   * @throws Problem `rotation-too-soon` while the last rotation is under way, or too many keys are published
   */
  async rotate(actor: Actor) {
    const created = await this.locked(async (transaction) => {
      const now = new Date();
      const schedule = this.schedule();
      const dates = rotatedKey(now, schedule);
      const turn = dates.signsFrom;
      const keys = await transaction.signingKey.findMany({ where: { goneAt: { gt: now } } });
      const delay = rotationDelay(keys, now, schedule, MAXIMUM_BEFORE_ROTATION);
      if (delay > 0) throw problem('rotation-too-soon', { retryAfter: Math.ceil(delay / 1000) });
      for (const { kid, signsFrom } of keys.filter((key) => key.signsUntil > turn)) {
        // A key that was to sign later has no later any more; it never signed, so nothing of it has to stay.
        const ends =
          signsFrom > turn
            ? { signsFrom: turn, signsUntil: turn, goneAt: turn }
            : { signsUntil: turn, goneAt: new Date(turn.getTime() + schedule.keep) };
        await transaction.signingKey.update({ where: { kid }, data: ends });
      }
      const key = await this.create(transaction, dates);
      await recordEvent(transaction, {
        ...byActor(actor),
        type: 'key-rotated',
        outcome: 'success',
        detail: { kid: key.kid },
      });
      return key;
    });
    await this.publish().catch(notYet);
    return toReply(created, new Date());
  }

  /**
   * Drops a key at once, and with it every token that it signed. If it was the one that signs, another takes its place
   * in the same moment.
   */
  async compromise(kid: string, reason: string, actor: Actor) {
    const dropped = await this.locked(async (transaction) => {
      const now = new Date();
      const key = await transaction.signingKey.findUnique({ where: { kid } });
      if (!key) throw problem('key-not-found');
      const signsUntil = key.signsUntil < now ? key.signsUntil : now;
      const data = {
        compromisedAt: now,
        goneAt: now,
        signsUntil,
        signsFrom: key.signsFrom < now ? key.signsFrom : now,
      };
      const updated = await transaction.signingKey.update({ where: { kid }, data });
      const due = dueKey(await transaction.signingKey.findMany(), now, this.schedule());
      if (due) await this.create(transaction, due);
      const event = {
        ...byActor(actor),
        type: 'key-compromised',
        outcome: 'success',
        detail: { kid, reason },
      } as const;
      await recordEvent(transaction, event);
      return updated;
    });
    this.signer.drop(kid);
    await this.publish().catch(notYet);
    return toReply(dropped, new Date());
  }

  /** A key that was made a moment ago is still on its way to the services, this one among them. */
  private async takeUp(): Promise<void> {
    this.signer.use(await this.current());
    for (let waited = 0; !this.canSign && waited < PATIENCE; waited += 10) await setTimeout(10);
  }

  /** Committed first, then published: what is published must not be undone by a rollback. */
  private async publish(): Promise<void> {
    // Before NATS is asked: what is compromised signs nothing more, even while nobody can be told.
    this.signer.use(await this.current());
    await this.locked(async (transaction) =>
      this.publication.publishKeys(publicJwksOf(await this.current(transaction))),
    );
  }

  /** The newest keys that are not gone: no more than readers take, because a set that is refused whole removes no key. */
  private async current(database: Pick<Transaction, 'signingKey'> = this.prisma): Promise<SigningKey[]> {
    const where = { goneAt: { gt: new Date() } };
    const keys = await database.signingKey.findMany({ where, orderBy: { signsFrom: 'desc' }, take: MAXIMUM_KEYS + 1 });
    if (keys.length > MAXIMUM_KEYS)
      this.logger.error(`More than ${MAXIMUM_KEYS} keys are live: the oldest are left out`);
    return keys.slice(0, MAXIMUM_KEYS);
  }

  private async create(transaction: Transaction, dates: KeyDates): Promise<SigningKey> {
    const key = await transaction.signingKey.create({ data: { ...dates, ...(await this.signer.newKey()) } });
    await recordEvent(transaction, { type: 'key-created', outcome: 'success', detail: { kid: key.kid } });
    return key;
  }

  private schedule(): KeySchedule {
    const { SIGNING_KEY_PERIOD, SIGNING_KEY_AHEAD, SIGNING_KEY_LEAD, ACCESS_TOKEN_LIFETIME } = this.config;
    // A token signed in a key's last second must find it until it expires, on clocks that are off by a minute.
    return {
      period: SIGNING_KEY_PERIOD * 1000,
      publishAhead: SIGNING_KEY_AHEAD * 1000,
      lead: SIGNING_KEY_LEAD * 1000,
      keep: (ACCESS_TOKEN_LIFETIME + 120) * 1000,
    };
  }

  private locked<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
      return work(transaction);
    });
  }
}

/** What is committed is published by the next turn of `maintain`, however long NATS stays away. */
function notYet(cause: unknown): never {
  const detail = 'The change is stored and will take effect as soon as the message bus can be reached';
  throw problem('service-unavailable', { detail, retryAfter: 1, cause });
}

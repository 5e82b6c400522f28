import { problem } from '@citadel/protocol';

/** Hours for which an answer is given again. */
const KEPT_HOURS = 24;

/**
 * Seconds after which an attempt without an answer is taken for dead, with its process. Longer than a service may take: nobody
 * waits for an answer for more than 60 seconds, and no statement runs longer.
 */
const DEAD_AFTER = 90;

const SWEPT_AT_ONCE = 1_000;

/** Keys of one owner in a day: one every nine seconds, and no more rows than that for anyone who fills the table. */
const MOST_OF_ONE = 10_000;

/** The part of a pool of `pg` that is needed here. */
export interface Database {
  query<T>(query: { name: string; text: string; values: readonly unknown[] }): Promise<{ readonly rows: T[] }>;
}

/** A request that its sender has named, so that it can be sent again. */
export interface KeyedRequest {
  /** Id of whose request it is: two users may choose one key. */
  readonly owner: string;
  readonly operation: string;
  readonly key: string;
  /** SHA-256 of what is asked for. */
  readonly fingerprint: Uint8Array;
}

export interface Attempt {
  readonly id: string;
  /** Under which what the request makes is to be stored: the same for each attempt, so that it is made once. */
  readonly resourceId: string;
}

const OF = 'owner = $1::varchar AND operation = $2::varchar AND key = $3::varchar';

const IS_EXPIRED = `held.first_used_at < clock_timestamp() - make_interval(hours => ${String(KEPT_HOURS)})`;

/** A row if this attempt may begin: for a new key, one that has expired, or one whose last attempt failed or died. */
const BEGIN = `
  INSERT INTO idempotency_keys AS held (owner, operation, key, fingerprint)
  SELECT $1::varchar, $2::varchar, $3::varchar, $4::bytea
  WHERE EXISTS (SELECT FROM idempotency_keys WHERE ${OF})
    OR (SELECT count(*) FROM (SELECT FROM idempotency_keys WHERE owner = $1::varchar LIMIT $5::bigint) AS own) < $5::bigint
  ON CONFLICT (owner, operation, key) DO UPDATE SET
    fingerprint = EXCLUDED.fingerprint, attempt = EXCLUDED.attempt, begun_at = EXCLUDED.begun_at, answer = NULL,
    resource_id = CASE WHEN ${IS_EXPIRED} THEN EXCLUDED.resource_id ELSE held.resource_id END,
    first_used_at = CASE WHEN ${IS_EXPIRED} THEN EXCLUDED.first_used_at ELSE held.first_used_at END
  WHERE ${IS_EXPIRED} OR (
    held.fingerprint = EXCLUDED.fingerprint AND held.answer IS NULL
    AND COALESCE(held.begun_at < clock_timestamp() - make_interval(secs => ${String(DEAD_AFTER)}), true))
  RETURNING attempt AS id, resource_id AS "resourceId"`;

const FIND = `SELECT fingerprint = $4 AS "isSame", answer FROM idempotency_keys WHERE ${OF}`;
const FINISH = `UPDATE idempotency_keys SET answer = $5 WHERE ${OF} AND attempt = $4`;
const RELEASE = `UPDATE idempotency_keys SET begun_at = NULL WHERE ${OF} AND attempt = $4 AND answer IS NULL`;
const SWEEP = `
  DELETE FROM idempotency_keys WHERE (owner, operation, key) IN (
    SELECT owner, operation, key FROM idempotency_keys AS held WHERE ${IS_EXPIRED} LIMIT ${String(SWEPT_AT_ONCE)})
  RETURNING 1`;

/**
 * Which requests with an `Idempotency-Key` have been answered, and how (IETF draft-ietf-httpapi-idempotency-key-header).
 *
 * They are in the service's own database, so that all replicas know them. What a request does and its answer are not stored in
 * one transaction: whoever dies in between leaves a key without an answer, and the next attempt finds what was made
 * under the same {@link Attempt.resourceId}.
 */
export class IdempotencyKeys {
  /** @param mostOfOne - keys that one owner may have at a time */
  constructor(
    private readonly database: Database,
    private readonly mostOfOne = MOST_OF_ONE,
  ) {}

  /**
   * @returns the attempt that may begin, or the answer that was given before
   * @throws Problem `idempotency-key-reused`, `request-in-progress` while the first request has no answer, or
   *   `too-many-requests` if the owner has as many keys as one may have
   */
  async begin(request: KeyedRequest): Promise<{ readonly attempt: Attempt } | { readonly answer: unknown }> {
    const values = [...keyOf(request), request.fingerprint];
    const begun = await this.query<Attempt>('begin', BEGIN, [...values, this.mostOfOne]);
    if (begun[0]) return { attempt: begun[0] };
    const [held] = await this.query<{ isSame: boolean; answer: unknown }>('find', FIND, values);
    if (held && !held.isSame) throw problem('idempotency-key-reused', { detail: 'Take a new key for another request' });
    if (!held) throw problem('too-many-requests', { detail: 'Too many keys in one day', retryAfter: 60 });
    if (held.answer === null) throw problem('request-in-progress', { retryAfter: 1 });
    return { answer: held.answer };
  }

  /** Keeps the answer, unless the attempt was taken for dead and another one has begun. */
  async finish(request: KeyedRequest, { id }: Attempt, answer: object): Promise<void> {
    await this.query('finish', FINISH, [...keyOf(request), id, JSON.stringify(answer)]);
  }

  /** Lets the next attempt begin at once. */
  async release(request: KeyedRequest, { id }: Attempt): Promise<void> {
    await this.query('release', RELEASE, [...keyOf(request), id]);
  }

  /** Removes keys that have expired. @returns whether there may be more of them */
  async sweep(): Promise<boolean> {
    return (await this.query('sweep', SWEEP, [])).length === SWEPT_AT_ONCE;
  }

  private async query<T>(name: string, text: string, values: readonly unknown[]): Promise<T[]> {
    return (await this.database.query<T>({ name: `idempotency-${name}`, text, values })).rows;
  }
}

const keyOf = ({ owner, operation, key }: KeyedRequest) => [owner, operation, key];

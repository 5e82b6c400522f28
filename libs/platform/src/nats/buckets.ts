import { Kvm, type RoKV } from '@nats-io/kv';

import type { NatsLink } from './nats-link.js';

/** The KV buckets that the auth service writes and everybody watches. */
export const BUCKETS = { keys: 'jwks', revocations: 'revocations' } as const;

/** Opens a bucket for reading. Rejects while the auth service has not created it, or NATS is away. */
export async function openBucket(link: NatsLink, bucket: string): Promise<RoKV> {
  await link.whenConnected();
  return new Kvm(link.connection).open(bucket);
}

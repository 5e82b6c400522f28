import type { ServiceName } from '../service-names.js';

export interface SubjectPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly denyPublish?: readonly string[];
  readonly denySubscribe?: readonly string[];
}

const BUCKETS = ['jwks', 'revocations'];

/**
 * What each process may say and hear on NATS. Who is not listed here cannot connect, what is not listed is refused.
 *
 * A service hears its own requests and its own replies, so none can take another's requests or read its answers; only
 * the gateway may ask services, a container's health check but its own; only auth writes the keys and the revocations
 * that everybody else believes.
 *
 * Answers go to the gateway's inboxes and the service's own, by name. `allow_responses` would let a service answer to any
 * subject that a request names, and so to `$KV.jwks.current`: it only had to ask itself.
 */
export const NATS_PERMISSIONS: Readonly<Record<ServiceName, SubjectPermissions>> = {
  gateway: {
    publish: ['auth.>', 'treasury.>', 'archives.>', 'events.gateway.>', ...readBuckets()],
    subscribe: ['_INBOX.>'],
    denySubscribe: inboxesOf('auth', 'treasury', 'archives'),
  },
  auth: {
    publish: [
      '$JS.API.>',
      '$KV.jwks.>',
      '$KV.revocations.>',
      'events.auth.>',
      '$JS.ACK.events.>',
      'auth.health.ready',
      '_INBOX.>',
      ...readBuckets(),
    ],
    denyPublish: inboxesOf('treasury', 'archives'),
    subscribe: ['auth.>', '_INBOX.auth.>'],
  },
  treasury: {
    publish: ['events.treasury.>', 'treasury.health.ready', '_INBOX.>', ...readBuckets()],
    denyPublish: inboxesOf('auth', 'archives'),
    subscribe: ['treasury.>', '_INBOX.treasury.>'],
  },
  archives: {
    publish: ['events.archives.>', 'archives.health.ready', '_INBOX.>', ...readBuckets()],
    denyPublish: inboxesOf('auth', 'treasury'),
    subscribe: ['archives.>', '_INBOX.archives.>'],
  },
};

/** Where replies to these go. The gateway's have no name of their own, and cannot be guessed. */
function inboxesOf(...services: ServiceName[]): string[] {
  return services.map((service) => `_INBOX.${service}.>`);
}

/** Asking JetStream for the two buckets: looking up, reading and watching, but neither writing nor reshaping. */
function readBuckets(): string[] {
  return ['$JS.API.INFO', ...BUCKETS.map((bucket) => `KV_${bucket}`).flatMap(readStream)];
}

function readStream(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.>`,
    `$JS.API.CONSUMER.INFO.${stream}.>`,
    `$JS.API.CONSUMER.DELETE.${stream}.>`,
    `$JS.ACK.${stream}.>`,
    // Answers to the server's flow control while a watcher catches up.
    `$JS.FC.${stream}.>`,
  ];
}

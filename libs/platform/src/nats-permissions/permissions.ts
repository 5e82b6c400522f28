import { BUCKETS } from '../nats/buckets.js';
import { callInboxOf } from '../nats/reply-inbox.js';
import { EVENTS } from '../nats/streams.js';

export interface SubjectPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly denyPublish?: readonly string[];
  readonly denySubscribe?: readonly string[];
}

/** The one connection in the account of the streams: auth, when it publishes. */
export const PUBLISHER = 'publisher';

/** What other processes reach JetStream under; `$JS.API` itself is of no use to them, whatever they send there. */
export const API_PREFIX = 'streams';

/** Where JetStream delivers what a process watches: `_WATCH.<process>.>`, and nowhere else outside its own account. */
export const WATCH_PREFIX = '_WATCH';

const BUCKET_NAMES = Object.values(BUCKETS);

/** What everybody may ask JetStream: to look up, to read the key set, and to follow the two buckets. */
export const READ_OPERATIONS: readonly string[] = [
  `STREAM.MSG.GET.KV_${BUCKETS.keys}`,
  ...BUCKET_NAMES.map((bucket) => `KV_${bucket}`).flatMap((stream) => [
    `STREAM.INFO.${stream}`,
    `CONSUMER.CREATE.${stream}.>`,
    `CONSUMER.INFO.${stream}.*`,
    `CONSUMER.DELETE.${stream}.*`,
  ]),
];

/** Answers to the server's flow control while a watcher catches up. */
export const FLOW_CONTROL: readonly string[] = BUCKET_NAMES.map((bucket) => `$JS.FC.KV_${bucket}.>`);

/** What a service has to do with others. */
interface BusLinks {
  /** The names of its consumers on JetStream. */
  readonly consumers: readonly string[];
  /** The subjects of what it asks of other services. */
  readonly calls: readonly string[];
}

/** By the names of the services; one that is not in it has to do with nobody. */
export type LinksOfServices = Readonly<Record<string, BusLinks>>;

/** What a service may ask JetStream about a consumer of its own: which one it is, and for the next messages. */
export const consumerOperations = (consumer: string): readonly string[] => [
  `CONSUMER.INFO.${EVENTS.name}.${consumer}`,
  `CONSUMER.MSG.NEXT.${EVENTS.name}.${consumer}`,
];

/** Where it says what has become of a message. */
export const acknowledgement = (consumer: string): string => `$JS.ACK.${EVENTS.name}.${consumer}.>`;

/**
 * What each process may say and hear on NATS. Who is not listed here cannot connect, what is not listed is refused.
 *
 * A service hears its own requests and its own replies, so none can take another's requests or read its answers. The gateway may
 * ask services; a service those operations of others that the register lists for it, and its own health. A new service needs no
 * line here.
 *
 * Answers go to the gateway's inboxes and the service's own, by name; answers to a service that asks others, to a subject that those
 * alone may publish to whom it asks. `allow_responses` would let a service answer to any subject that a request names.
 *
 * @param services - all but the gateway
 * @param links - consumers are made by auth, nobody else may
 */
export function natsPermissions(
  services: readonly string[],
  links: LinksOfServices = {},
): Readonly<Record<string, SubjectPermissions>> {
  return Object.fromEntries([
    ['gateway', gateway(services)],
    ...services.map((service) => [service, permissionsOf(service, services, links)] as const),
  ]);
}

/** What auth may with its second connection: it alone makes streams and writes keys and revocations. */
export const PUBLISHER_PERMISSIONS: SubjectPermissions = {
  publish: [
    '$JS.API.>',
    ...BUCKET_NAMES.map((bucket) => `$KV.${bucket}.>`),
    'events.auth.>',
    '$JS.ACK.events.>',
    '$JS.FC.>',
  ],
  subscribe: [`_INBOX.${PUBLISHER}.>`],
};

function gateway(services: readonly string[]): SubjectPermissions {
  return {
    publish: [...services.map((service) => `${service}.>`), 'events.gateway.>', ...readStreams()],
    subscribe: ['_INBOX.>', `${WATCH_PREFIX}.gateway.>`],
    denySubscribe: services.map(inboxOf),
  };
}

function permissionsOf(service: string, services: readonly string[], links: LinksOfServices): SubjectPermissions {
  const { consumers, calls } = links[service] ?? { consumers: [], calls: [] };
  const consuming = consumers.flatMap((consumer) => [
    ...consumerOperations(consumer).map((operation) => `${API_PREFIX}.${operation}`),
    acknowledgement(consumer),
  ]);
  const callers = services.filter((one) => links[one]?.calls.some((subject) => subject.startsWith(`${service}.`)));
  return {
    publish: [
      `events.${service}.>`,
      `${service}.health.ready`,
      '_INBOX.>',
      ...readStreams(),
      ...consuming,
      ...calls,
      ...callers.map((caller) => `${callInboxOf(caller)}.>`),
    ],
    denyPublish: services.filter((other) => other !== service).map(inboxOf),
    subscribe: [
      `${service}.>`,
      inboxOf(service),
      `${WATCH_PREFIX}.${service}.>`,
      ...(calls.length > 0 ? [`${callInboxOf(service)}.>`] : []),
    ],
  };
}

/** Where replies to a service go. The gateway's inboxes have no name of their own, and cannot be guessed. */
const inboxOf = (service: string) => `_INBOX.${service}.>`;

const readStreams = () => [...READ_OPERATIONS.map((operation) => `${API_PREFIX}.${operation}`), ...FLOW_CONTROL];

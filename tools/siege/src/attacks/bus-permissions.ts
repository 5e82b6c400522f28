import { CONTRACT_NAMES, SERVICE_NAMES, type ServiceName } from '@citadel/contracts';
import { createUser } from '@nats-io/nkeys';

import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield } from '../battlefield.js';

/** Tries to publish, one at a time: a refusal names its subject, and two would be told apart by nothing else. */
async function publications(
  { mayPublish }: Battlefield,
  pairs: readonly (readonly [ServiceName, string])[],
): Promise<Try[]> {
  const tries: Try[] = [];
  for (const [service, subject] of pairs) {
    const isPermitted = await mayPublish(service, subject);
    const answer = isPermitted ? 'permitted' : 'not permitted';
    tries.push({ at: `${service} publishes ${subject}`, answer, held: !isPermitted });
  }
  return tries;
}

const asking: Attack = {
  title: 'A service that asks another, with its own key',
  why: 'inside the network everybody may talk to everybody, so one hole is a hole in all',
  holds: 'permissions of the bus: only the gateway asks services',
  run: (field) =>
    publications(
      field,
      CONTRACT_NAMES.flatMap((service) =>
        CONTRACT_NAMES.filter((other) => other !== service).map((other) => [service, `${other}.siege`] as const),
      ),
    ),
};

const OF_THE_PUBLISHER = [
  '$KV.jwks.siege',
  '$KV.revocations.siege',
  'streams.$KV.revocations.siege',
  'streams.STREAM.UPDATE.KV_revocations',
  'streams.STREAM.PURGE.KV_revocations',
  '$JS.API.STREAM.CREATE.siege',
  '$JS.API.STREAM.UPDATE.KV_revocations',
  '$JS.API.STREAM.PURGE.KV_revocations',
  '$JS.API.STREAM.DELETE.KV_jwks',
  '$JS.API.STREAM.MSG.DELETE.KV_revocations',
  '$JS.API.STREAM.SNAPSHOT.KV_jwks',
];

const writing: Attack = {
  title: 'Keys and revocations, written with the key of a service',
  why: 'whoever writes the key set signs tokens for everybody, and whoever purges revocations raises the dead',
  holds: 'permissions of the bus: all read the two buckets, and only the second connection of auth writes them',
  run: (field) =>
    publications(
      field,
      SERVICE_NAMES.flatMap((service) => OF_THE_PUBLISHER.map((subject) => [service, subject] as const)),
    ),
};

const testimony: Attack = {
  title: 'Events in the name of another service',
  why: 'an audit trail that takes whatever is published tells what the intruder likes',
  holds: 'permissions of the bus: events.<service>.> is for that service alone',
  run: (field) =>
    publications(
      field,
      SERVICE_NAMES.flatMap((service) =>
        SERVICE_NAMES.filter((other) => other !== service).map((other) => [service, `events.${other}.siege`] as const),
      ),
    ),
};

const eavesdropping: Attack = {
  title: 'Everything that is said, heard by one',
  why: 'a subscription to ">" on an open bus is a copy of every token',
  holds: 'permissions of the bus, which name what each may hear',
  async run({ mayHear }) {
    const tries: Try[] = [];
    for (const service of SERVICE_NAMES) {
      for (const subject of ['>', '*.>', '$SYS.>', '$KV.>', '$JS.>', 'events.>']) {
        const isPermitted = await mayHear(service, subject);
        const answer = isPermitted ? 'permitted' : 'not permitted';
        tries.push({ at: `${service} hears ${subject}`, answer, held: !isPermitted });
      }
    }
    return tries;
  },
};

const strangers: Attack = {
  title: 'Somebody without a key, with a new one, or without encryption',
  why: 'a bus that only the firewall guards takes in whoever gets past it',
  holds: 'NKeys that are listed, and TLS for every connection',
  async run({ mayConnect }) {
    const seed = new TextDecoder().decode(createUser().getSeed());
    const tries = [
      ['no key', await mayConnect(undefined, true)],
      ['a key that nobody knows', await mayConnect(seed, true)],
      ['no encryption', await mayConnect(undefined, false)],
    ] as const;
    return tries.map(([at, isTaken]) => ({ at, answer: isTaken ? 'taken in' : 'turned away', held: !isTaken }));
  },
};

export const busPermissions: Family = {
  name: 'bus-permissions',
  title: 'the bus, with the keys of each service',
  attacks: [asking, writing, testimony, eavesdropping, strangers],
};

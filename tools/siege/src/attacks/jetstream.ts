import { SERVICE_NAMES, type ServiceName } from '@citadel/contracts';

import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield, StreamAnswer } from '../battlefield.js';

const BUCKETS = ['KV_jwks', 'KV_revocations'] as const;
const STREAMS = [...BUCKETS, 'events'] as const;

/** What JetStream can be asked, with a body that makes it answer. */
const QUESTIONS: readonly (readonly [string, object])[] = [
  ...BUCKETS.flatMap((stream): (readonly [string, object])[] => [
    [`STREAM.INFO.${stream}`, {}],
    [`STREAM.MSG.GET.${stream}`, { seq: 1 }],
    [`DIRECT.GET.${stream}`, { seq: 1 }],
    [`CONSUMER.CREATE.${stream}.siege`, {}],
  ]),
];

/** Where an answer would do harm: each is stored as a key set, a revocation, or an event of somebody else. */
const PLACES = [
  '$KV.jwks.current',
  '$KV.revocations.everybody',
  'streams.$KV.revocations.everybody',
  'events.auth.siege',
  'events.archives.siege',
];

/** How much all streams hold, by the publisher's own account. */
async function stored({ askStreams }: Battlefield): Promise<string> {
  const infos = await Promise.all(STREAMS.map((stream) => askStreams('publisher', `STREAM.INFO.${stream}`, {})));
  return JSON.stringify(infos.map((info) => info?.state?.last_seq));
}

const deputy: Attack = {
  title: 'JetStream as a deputy that writes its answers where it is told to',
  why: 'JetStream answers with rights of its own, so that who may only read has a bucket written by the name of a reply',
  holds: 'an account of its own for JetStream: what it answers to a service arrives in the account of the services',
  async run(field) {
    const tries: Try[] = [];
    for (const service of SERVICE_NAMES) {
      for (const [question, body] of QUESTIONS) {
        for (const place of PLACES) {
          const before = await stored(field);
          await field.askStreams(service, question, body, place);
          // Answered in its turn: by then the one before has been answered, too.
          await field.askStreams(service, question, body);
          const after = await stored(field);
          // Events of the system itself come in meanwhile; an answer that was stored is stored again.
          const isStored = before !== after && (await changesEachTime(field, service, question, body, place));
          tries.push({
            at: `${service} asks ${question} in the name of ${place}`,
            answer: isStored ? 'stored' : 'not stored',
            held: !isStored,
          });
        }
      }
    }
    return tries;
  },
};

async function changesEachTime(
  field: Battlefield,
  ...[service, question, body, place]: Parameters<Battlefield['askStreams']>
): Promise<boolean> {
  for (let turn = 0; turn < 5; turn += 1) {
    const before = await stored(field);
    await field.askStreams(service, question, body, place);
    await field.askStreams(service, question, body);
    if ((await stored(field)) === before) return false;
  }
  return true;
}

/** Subjects on which others listen or streams store. */
const TARGETS = [
  'auth.login',
  'treasury.listAccounts',
  'archives.listDocuments',
  '$KV.jwks.current',
  '$KV.revocations.everybody',
  'events.archives.siege',
  '_INBOX.publisher.siege',
];

const isCreated = (answer: StreamAnswer) => answer !== undefined && answer.error === undefined;

const pushing: Attack = {
  title: 'Consumers that push into the requests of another service',
  why: 'a consumer delivers wherever its creator says, past all permissions to publish',
  holds: 'the account of the streams, in which no service listens',
  async run(field) {
    const tries: Try[] = [];
    for (const service of SERVICE_NAMES) {
      for (const stream of BUCKETS) {
        for (const target of TARGETS) {
          const name = `siege_${service}`;
          const config = { name, deliver_subject: target, deliver_policy: 'all', ack_policy: 'none' };
          const made = await field.askStreams(service, `CONSUMER.CREATE.${stream}.${name}`, {
            stream_name: stream,
            config,
          });
          const info = isCreated(made)
            ? await field.askStreams('publisher', `CONSUMER.INFO.${stream}.${name}`, {})
            : undefined;
          const isHeard = info?.push_bound === true || (info?.delivered?.consumer_seq ?? 0) > 0;
          const held = !isCreated(made) || !isHeard;
          tries.push({
            at: `${service} has ${stream} pushed to ${target}`,
            answer: held ? 'not delivered' : 'delivered',
            held,
          });
          await field.askStreams('publisher', `CONSUMER.DELETE.${stream}.${name}`, {});
        }
      }
    }
    return tries;
  },
};

const MORE_THAN_ALLOWED = 1_100;

const flood: Attack = {
  title: 'Consumers by the thousand, which outlive their creator',
  why: 'each takes memory and work of the server, and nobody counts them',
  holds: 'a bound on the consumers of each bucket',
  async run(field) {
    const service: ServiceName = 'archives';
    const tries: Try[] = [];
    for (const stream of BUCKETS) {
      let made = 0;
      for (; made < MORE_THAN_ALLOWED; made += 1) {
        const name = `siege_${String(made)}`;
        const config = { name, ack_policy: 'none', inactive_threshold: 30_000_000_000, mem_storage: true };
        const answer = await field.askStreams(service, `CONSUMER.CREATE.${stream}.${name}`, {
          stream_name: stream,
          config,
        });
        if (!isCreated(answer)) break;
      }
      const held = made > 0 && made < MORE_THAN_ALLOWED;
      tries.push({ at: `${service} makes consumers of ${stream}`, answer: held ? 'bounded' : 'unbounded', held });
      for (let one = 0; one < made; one += 1) {
        await field.askStreams('publisher', `CONSUMER.DELETE.${stream}.siege_${String(one)}`, {});
      }
    }
    return tries;
  },
};

export const jetstream: Family = {
  name: 'jetstream',
  title: 'JetStream, asked to act with rights that the asker does not have',
  attacks: [deputy, pushing, flood],
};

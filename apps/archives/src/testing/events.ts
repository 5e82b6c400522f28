import { randomUUID } from 'node:crypto';
import { CONSUMERS } from '@citadel/contracts';
import { createStream, EVENTS, NatsLink, openConsumer, publishEvent } from '@citadel/platform';
import { scratchNats } from '@citadel/stack/testing';

/** A real NATS server with the stream of events and its consumers as auth makes them, and the archives' connection to it. */
export async function eventsForTest() {
  const nats = await scratchNats();
  const publisher = new NatsLink('publisher', nats.configOf('publisher'));
  const treasury = new NatsLink('treasury', nats.configOf('treasury'));
  const archives = new NatsLink('archives', nats.configOf('archives'));
  await createStream(publisher, EVENTS, 120);
  for (const { name, event } of CONSUMERS) await openConsumer(publisher, EVENTS.name, name, event.subject);
  await Promise.all([treasury.whenConnected(), archives.whenConnected()]);
  return {
    nats,
    archives,
    /** Publishes as the treasury. @returns the id of the event */
    async tell(subject: string, payload: unknown, id: string = randomUUID()): Promise<string> {
      await publishEvent(treasury, subject, id, payload);
      return id;
    },
    /** Publishes as the treasury, without an id. */
    tellWithoutId: (subject: string) => treasury.connection.request(subject, '{}'),
    async close() {
      await Promise.all([publisher.close(), treasury.close(), archives.close()]);
      await nats.close();
    },
  };
}

export type EventsForTest = Awaited<ReturnType<typeof eventsForTest>>;

import { consumerName, type ServiceEvent } from '@citadel/protocol';
import type { BeforeApplicationShutdown, InjectionToken, OnApplicationBootstrap, Provider } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';

import type { NatsLink } from '../nats/nats-link.js';
import { RepeatingTask, repeating } from '../repeating-task.js';
import { CONSUMED_EVENT } from './consumes.decorator.js';
import { EventConsumer } from './event-consumer.js';
import { type Effect, Inbox } from './inbox.js';
import type { SqlClient } from './sql-client.js';

/** Milliseconds after which a failure of the machinery itself, not of an event, is tried again. */
const AFTER_FAILURE = 1_000;
const LOOK_FOR_REPLAYS_EVERY = 2_000;
const SWEEP_EVERY = 600_000;

interface ConsumingMethod {
  /** `ReceiptsService.fileReceipt` */
  readonly name: string;
  readonly event: ServiceEvent;
  readonly call: (event: unknown, transaction: unknown) => Promise<unknown>;
}

/** Every method under `@Consumes`, of every provider. */
export function consumingMethods(container: ModulesContainer): readonly ConsumingMethod[] {
  const scanner = new MetadataScanner();
  return new DiscoveryService(container).getProviders().flatMap(({ instance, metatype }) => {
    const provider: unknown = instance;
    if (typeof provider !== 'object' || provider === null || !metatype) return [];
    const prototype = Reflect.getPrototypeOf(provider) ?? {};
    return scanner.getAllMethodNames(prototype).flatMap((key) => {
      const method: unknown = Reflect.get(prototype, key);
      if (typeof method !== 'function') return [];
      const event = Reflect.getMetadata(CONSUMED_EVENT, method) as ServiceEvent | undefined;
      if (!event) return [];
      // What @Consumes accepts.
      const call = method.bind(provider) as ConsumingMethod['call'];
      return [{ name: `${metatype.name}.${key}`, event, call }];
    });
  });
}

/** Runs the consumers of a service for as long as it runs. All replicas share each of them. */
export class EventConsumers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private tasks: readonly RepeatingTask[] = [];

  constructor(
    private readonly link: NatsLink,
    private readonly service: string,
    private readonly inbox: Inbox,
    private readonly container: ModulesContainer,
  ) {}

  onApplicationBootstrap(): void {
    const consumers = consumingMethods(this.container).map(
      ({ event, call }) => new EventConsumer(this.link, this.inbox, consumerName(this.service, event), event, call),
    );
    const effect: Effect = async (delivery, transaction) => {
      const consumer = consumers.find(({ name }) => name === delivery.consumer);
      if (!consumer) throw new Error('No method consumes it any more');
      await consumer.effect(delivery, transaction);
    };
    this.tasks = [
      ...consumers.map(
        (consumer) =>
          new RepeatingTask(`Taking events of ${consumer.name}`, () => consumer.take().then(() => 0), AFTER_FAILURE),
      ),
      new RepeatingTask(
        'Replaying dead letters',
        async () => ((await this.inbox.replay(effect)) ? 0 : LOOK_FOR_REPLAYS_EVERY),
        AFTER_FAILURE,
      ),
    ];
    for (const task of this.tasks) task.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}

/**
 * What a service needs to consume events with `@Consumes`, in addition to the tables `inbox` and `dead_letters` (the
 * treasury's migrations have them) and a line in the register that says which.
 *
 * @param client - token of the service's Prisma client
 * @example providers: [...consumers(link, 'archives', PrismaClient), ReceiptsService]
 */
export const consumers = (link: NatsLink, service: string, client: InjectionToken): Provider[] => [
  { provide: Inbox, inject: [client], useFactory: (prisma: SqlClient) => new Inbox(prisma) },
  {
    provide: EventConsumers,
    inject: [Inbox, ModulesContainer],
    useFactory: (inbox: Inbox, container: ModulesContainer) => new EventConsumers(link, service, inbox, container),
  },
  repeating('Forgetting events of long ago', SWEEP_EVERY, Inbox, (inbox: Inbox) => inbox.sweep()),
];

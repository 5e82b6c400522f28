import { z } from 'zod';

type Shape = Readonly<Record<string, z.ZodType>>;

/** Something that has happened in one service and that others may act on. */
export interface EventDefinition {
  /** One line for the documentation. */
  readonly summary: string;
  /**
   * What is told of it. Members may be added: who does not know them does not see them. None may be taken away or mean
   * something else, since messages of before are still on their way: that is the next `version`, told beside this one.
   */
  readonly payload: Shape;
  /** 1 if left out. */
  readonly version?: number;
}

/** A definition with its place: the subject that NATS lets its service alone publish to, and the schema of the message. */
export type ServiceEvent<D extends EventDefinition = EventDefinition> = D & {
  readonly id: string;
  readonly service: string;
  readonly subject: string;
  readonly message: z.ZodObject;
};

/** What a consumer of an event receives. */
export type EventOf<D extends EventDefinition> = z.output<
  z.ZodObject<{ -readonly [K in keyof D['payload']]: D['payload'][K] }>
>;

/** Keeps the literal types of a definition. */
export function event<const D extends EventDefinition>(definition: D): D {
  return definition;
}

/**
 * Names the events of one service. `transferSettled` of the treasury is on `events.treasury.transfer-settled`, its second
 * version on `events.treasury.transfer-settled-v2`.
 *
 * @example export const treasuryEvents = events('treasury', { transferSettled: event({ summary: '…', payload: { id: Id } }) });
 */
export function events<const D extends Readonly<Record<string, EventDefinition>>>(
  service: string,
  definitions: D,
): { readonly [K in keyof D]: ServiceEvent<D[K]> } {
  const entries = Object.entries(definitions).map(([name, definition]) => {
    const { payload, version = 1 } = definition;
    const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const subject = `events.${service}.${words}${version > 1 ? `-v${String(version)}` : ''}`;
    return [name, { ...definition, id: `${service}.${name}`, service, subject, message: z.object(payload) }] as const;
  });
  // Object.fromEntries forgets the keys that `definitions` has.
  return Object.fromEntries(entries) as { readonly [K in keyof D]: ServiceEvent<D[K]> };
}

/** The name under which JetStream remembers what a service has dealt with of an event, for all of its replicas. */
export const consumerName = (service: string, { subject }: Pick<ServiceEvent, 'subject'>): string =>
  `${service}_${subject.split('.').slice(1).join('_')}`;

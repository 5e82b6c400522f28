import { consumerName, type Contract, type Operation, type ServiceEvent } from '@citadel/protocol';

import { archives } from './archives/archives.js';
import { auth } from './auth/auth.js';
import { authEvents } from './auth/auth-events.js';
import { treasury, treasuryEvents } from './treasury.js';

interface ServiceDefinition {
  /** What it answers on NATS, and the gateway serves for it. The gateway answers HTTP alone, and has none. */
  readonly contract: Contract | null;
  /** Whether it owns a database: `prisma/<name>` has its schema and its migrations. */
  readonly hasDatabase: boolean;
  /** The events of others that it acts on, each with a method under `@Consumes`. */
  readonly consumes?: readonly ServiceEvent[];
  /** What it asks of others on behalf of those who ask it, through a `clientFor` of their contract. */
  readonly calls?: readonly Operation[];
}

/**
 * The register: every service that there is, one line each, named as its folder in `apps/`. From it follow the routes of the
 * gateway, the audience of tokens, users and permissions on NATS, databases and their logins, secrets, the access matrix,
 * and what the stories and the siege try. What cannot follow from it, `tools/new/src/register.spec.ts` compares with it.
 */
export const SERVICES = {
  auth: { contract: auth, hasDatabase: true, calls: [treasury.exportMine, archives.exportMine] },
  treasury: { contract: treasury, hasDatabase: true, consumes: [authEvents.userDeleted] },
  archives: {
    contract: archives,
    hasDatabase: true,
    consumes: [treasuryEvents.transferSettled, authEvents.userDeleted],
    calls: [treasury.findTransfer],
  },
  gateway: { contract: null, hasDatabase: false },
} as const satisfies Readonly<Record<string, ServiceDefinition>>;

type Register = typeof SERVICES;
type NameWith<Column> = { [S in keyof Register]: Register[S] extends Column ? S : never }[keyof Register];

export type ServiceName = keyof Register;
export type DatabaseServiceName = NameWith<{ readonly hasDatabase: true }>;
export type ContractName = NameWith<{ readonly contract: Contract }>;

type Contracts = { readonly [S in ContractName]: Register[S]['contract'] };

export type OperationId = { [S in ContractName]: `${S}.${keyof Contracts[S] & string}` }[ContractName];

/** All of them, as the register has them. */
export const SERVICE_NAMES = Object.keys(SERVICES) as readonly ServiceName[];

/** Those that answer on NATS: all but the gateway, which alone may ask them. */
export const CONTRACT_NAMES = SERVICE_NAMES.filter((name): name is ContractName => SERVICES[name].contract !== null);

export const ownsDatabase = (name: ServiceName): name is DatabaseServiceName => SERVICES[name].hasDatabase;

export const DATABASE_SERVICES = SERVICE_NAMES.filter(ownsDatabase);

/** The contracts, by the names of their services: what is not here cannot be called from outside. */
export const CONTRACTS = Object.fromEntries(
  CONTRACT_NAMES.map((name) => [name, SERVICES[name].contract]),
  // Made of every name that has one; Object.fromEntries forgets which those are.
) as Contracts;

/** The services that an access token is good for: each verifies it for itself (RFC 9068 §4). */
export const AUDIENCE: readonly ServiceName[] = ['gateway', ...CONTRACT_NAMES];

/** Every operation of every contract. */
export const OPERATIONS: readonly Operation[] = Object.values<Contract>(CONTRACTS).flatMap((contract) =>
  Object.values(contract),
);

interface EventConsumer {
  readonly service: ServiceName;
  readonly event: ServiceEvent;
  /** Its name on JetStream. */
  readonly name: string;
}

/** Who acts on which event of whom. */
export const CONSUMERS: readonly EventConsumer[] = SERVICE_NAMES.flatMap((service) => {
  const { consumes = [] }: ServiceDefinition = SERVICES[service];
  return consumes.map((event) => ({ service, event, name: consumerName(service, event) }));
});

/** What each service has to do with the others on NATS. */
export const BUS_LINKS = Object.fromEntries(
  CONTRACT_NAMES.map((service) => {
    const { calls = [] }: ServiceDefinition = SERVICES[service];
    const consumers = CONSUMERS.filter((one) => one.service === service).map(({ name }) => name);
    return [service, { consumers, calls: calls.map(({ subject }) => subject) }];
  }),
);

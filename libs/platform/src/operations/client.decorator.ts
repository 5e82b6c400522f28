import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';

/** Where a request came from, as the gateway saw it. For limits, labels and the audit trail; it proves nothing. */
export interface Client {
  /** IP address of the peer. */
  readonly address: string;
  /** `User-Agent`, cut to 256 characters. */
  readonly userAgent: string;
}

const ADDRESS = 'citadel-client-address';
const USER_AGENT = 'citadel-user-agent';

/** The headers that carry it over NATS, where a line break would end a header. */
export function clientHeaders({ address, userAgent }: Client): Record<string, string> {
  return { [ADDRESS]: printable(address, 64), [USER_AGENT]: printable(userAgent, 256) };
}

interface Headers {
  get(name: string): string;
}

/** The client's address, as the gateway that carried a message says. */
export function addressIn(headers: Headers | undefined): string | undefined {
  return printable(headers?.get(ADDRESS) ?? '', 64) || undefined;
}

/** Where a message came from, as the gateway that carried it says. */
export function clientOf(context: ExecutionContext): Client {
  // Nest types the headers as any: they are what the NATS client parsed.
  const headers = context.switchToRpc().getContext<NatsContext>().getHeaders() as Headers | undefined;
  return {
    address: addressIn(headers) ?? '',
    userAgent: printable(headers?.get(USER_AGENT) ?? '', 256),
  };
}

/** The client of this call. */
export const CurrentClient = createParamDecorator((_: unknown, context: ExecutionContext) => clientOf(context));

const printable = (text: string, length: number) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, length);

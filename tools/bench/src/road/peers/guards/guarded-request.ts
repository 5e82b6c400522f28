import type { IncomingHttpHeaders } from 'node:http';

/** A request, and who is calling as soon as a guard has found out. */
export interface GuardedRequest {
  readonly headers: IncomingHttpHeaders;
  user?: string;
}

export const bearerOf = ({ headers }: GuardedRequest): string | undefined =>
  /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];

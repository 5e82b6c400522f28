import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';

/** The port on which an application listens for TCP. */
export function portOf(app: INestApplication): number {
  const server = app.getHttpServer() as { address(): AddressInfo };
  return server.address().port;
}

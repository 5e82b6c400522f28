import { type INestMicroservice, Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';

import { sayReady, settings } from './settings.js';

/** Runs a stock Nest microservice over NATS. */
export async function runMicroservice(module: Type, queue: string): Promise<void> {
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    transport: Transport.NATS,
    options: { ...settings.nats, queue },
  });
  await app.listen();
  Logger.log(`${queue} listens`);
  sayReady();
}

import type { Contract, ServiceEvent } from '@citadel/protocol';
import { type DynamicModule, type INestApplicationContext, Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';

import { commonConfig, type CommonConfig } from './config/fields.js';
import { readConfig } from './config/read-config.js';
import { Health } from './health/health.js';
import { JsonLogger } from './logging/logger.js';
import { NatsLink } from './nats/nats-link.js';
import { NatsTransport } from './nats/nats-transport.js';
import { PlatformModule } from './platform.module.js';
import { runProcess } from './run-process.js';

export interface ServiceDefinition<S extends z.ZodRawShape> {
  /** Also the audience of its tokens, its queue group and the first word of its subjects. */
  readonly name: string;
  readonly contract: Contract;
  /** The events of others that it acts on, as the register lists them. */
  readonly consumes?: readonly ServiceEvent[];
  /** What it needs from the environment in addition to what every process needs. */
  readonly config: S;
  readonly module: (config: z.output<z.ZodObject<S>> & CommonConfig, link: NatsLink) => DynamicModule | Type;
}

/**
 * Runs a service: validated configuration, one NATS connection, guards on every handler, problems, health, orderly stop.
 * The whole of a service's `main.ts`.
 *
 * @example
 * await startService({ name: 'treasury', contract: treasury, config: databaseConfig, module: TreasuryModule.forRoot });
 */
export async function startService<S extends z.ZodRawShape>(definition: ServiceDefinition<S>): Promise<void> {
  await runProcess(definition.name, async () => {
    const { name, contract, consumes, module } = definition;
    const config = readConfig(z.object({ ...commonConfig, ...definition.config }));
    // The schema is the union of both shapes; TypeScript does not follow the spread of a type parameter.
    const typed = config as unknown as z.output<z.ZodObject<S>> & CommonConfig;
    const logger = new JsonLogger(name, typed.LOG_LEVEL);
    // Before the first line is written: Nest takes its own logger until it is told.
    Logger.overrideLogger(logger);
    const link = new NatsLink(name, typed);
    const app = await NestFactory.createMicroservice(
      PlatformModule.forService(name, contract, link, typed, module(typed, link), consumes),
      { strategy: new NatsTransport(link, name), logger, abortOnError: false },
    );
    await app.listen();
    return { logger, ready: () => isReady(app), close: () => app.close().finally(() => link.close()) };
  });
}

const isReady = async (app: INestApplicationContext) => (await app.get(Health, { strict: false }).readiness()).ready;

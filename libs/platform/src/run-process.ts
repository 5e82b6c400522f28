import { AccessAuditError } from '@citadel/auth';

import { ConfigError } from './config/read-config.js';
import type { JsonLogger } from './logging/logger.js';

export interface RunningProcess {
  readonly logger: JsonLogger;
  ready(): Promise<boolean>;
  /** Takes no new work, finishes what runs, and lets go of everything. */
  close(): Promise<void>;
}

/** `EX_CONFIG` of sysexits.h: starting again will not help before somebody has changed the configuration. */
const EXIT_CONFIG = 78;
const CLOSE_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 50;

/**
 * Starts a process, tells its parent when it is ready, and stops it in order on SIGTERM, SIGINT, or when the parent is
 * gone. What makes a start impossible is printed, and the exit code says whether to try again.
 */
export async function runProcess(name: string, start: () => Promise<RunningProcess>): Promise<void> {
  // Until the start is over there is nothing to put in order. The same handlers stay for the whole life of the process: a
  // signal that comes while one set is exchanged for another is lost. Without any, process 1 of a container would not hear it.
  let stop = (_reason: string, code: number): void => process.exit(code);
  process.once('SIGTERM', () => stop('SIGTERM', 0));
  process.once('SIGINT', () => stop('SIGINT', 0));
  process.once('disconnect', () => stop('its parent is gone', 1));
  let running: RunningProcess;
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`${name} cannot start: ${describe(error)}\n`);
    process.exit(isForPeople(error) ? EXIT_CONFIG : 1);
  }
  const { logger } = running;
  stop = stopOnce(name, running);
  process.on('unhandledRejection', (error) => logger.error(error, 'Process'));

  logger.log('Started; waiting until everything it needs is there', 'Process');
  while (!(await running.ready())) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  logger.log('Ready', 'Process');
  process.send?.('ready');
}

/** A fault that somebody has to correct before it is worth starting again; its message is written for them. */
const isForPeople = (error: unknown): error is Error =>
  error instanceof ConfigError || error instanceof AccessAuditError;

function describe(error: unknown): string {
  if (isForPeople(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function stopOnce(name: string, running: RunningProcess) {
  const { logger } = running;
  let isStopping = false;
  return (reason: string): void => {
    if (isStopping) return;
    isStopping = true;
    logger.log(`Stopping: ${reason}`, 'Process');
    setTimeout(() => {
      logger.error(`${name} did not stop in ${String(CLOSE_WITHIN_MS)} ms and is ended`, 'Process');
      process.exit(1);
    }, CLOSE_WITHIN_MS).unref();
    void running
      .close()
      .then(
        () => 0,
        (error: unknown) => {
          logger.error(error, 'Process');
          return 1;
        },
      )
      .then(async (code) => {
        await logger.flush();
        process.exit(code);
      });
  };
}

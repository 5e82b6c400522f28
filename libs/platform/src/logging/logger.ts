import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';

import { type CallContext, currentCall } from './call-context.js';
import { withoutCredentials } from './credentials.js';
import { standardOutput } from './standard-output.js';

/**
 * Nest's logger over pino: one JSON line each on standard output, with the service, and with request and trace id where
 * there is a call. What is logged is text that we wrote, and errors; requests, answers and tokens are not.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Pino;

  /** @param destination - where the lines go; standard output if left out */
  constructor(service: string, level: string, destination?: DestinationStream) {
    const options = {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { error: describeError },
      mixin: () => idsOf(currentCall()),
    };
    const dropped = (lines: number) => this.warn({ message: 'Log lines were dropped', lines }, JsonLogger.name);
    this.pino = pino(options, destination ?? standardOutput(dropped));
  }

  /** Until what was logged is written, or cannot be. */
  async flush(): Promise<void> {
    await new Promise<void>((resolve) => this.pino.flush(() => resolve()));
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    // Nest appends the logger's context as the last argument, and before it whatever the caller gave.
    const context = rest.pop();
    const error = [message, ...rest].find((part) => part instanceof Error);
    const { message: named, ...fields } = isRecord(message) && !(message instanceof Error) ? message : {};
    const text = [message, named].find((part) => typeof part === 'string') ?? error?.message ?? '';
    const stack = rest.find((part) => typeof part === 'string' && part.includes('\n    at '));
    const line = { context, ...withoutCredentials(fields), ...(error ? { error } : {}), ...(stack ? { stack } : {}) };
    this.pino[level](line, text);
  }
}

/** The address stands in the line of the request and of a refusal, and not in every other. */
function idsOf(call: CallContext | undefined): object {
  if (!call) return {};
  const { requestId, traceId, spanId } = call;
  return { requestId, traceId, spanId };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Names, messages and stacks of an error and its causes: no other member, where a driver may keep parameters. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(cause !== undefined && depth < 4 ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

import { problem } from '@citadel/protocol';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

import { faultsOf } from './faults.js';

/** Validates a message against its operation, whoever sent it: the gateway did so too, but need not be the sender. */
export class MessagePipe implements PipeTransform {
  constructor(private readonly schema: z.ZodType) {}

  transform(value: unknown, { type }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    const parsed = this.schema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    throw problem('invalid-request', { errors: faultsOf(parsed.error, 'message') });
  }
}

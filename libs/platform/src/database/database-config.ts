import { X509Certificate } from 'node:crypto';
import { z } from 'zod';

import { whole } from '../config/fields.js';
import { connectionOf } from './connection.js';

const faultOf = (read: () => unknown): string | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

// The value stays out of every message: it holds a password.
const DatabaseUrl = z.string().superRefine((url, context) => {
  const message = faultOf(() => connectionOf(url, ''));
  if (message) context.addIssue({ code: 'custom', message });
});

const Certificates = z
  .string()
  .refine((pem) => faultOf(() => new X509Certificate(pem)) === undefined, 'must hold a certificate in PEM');

/**
 * What a service with a database reads from its environment; spread into its configuration schema.
 *
 * @example z.object({ ...databaseConfig })
 */
export const databaseConfig = {
  DATABASE_URL: DatabaseUrl,
  DATABASE_CA: Certificates,
  /** Milliseconds that a statement may take. What else has to be waited for is measured by it. */
  DATABASE_TIMEOUT_MS: whole(100, 60_000).default(2_500),
};

export type DatabaseConfig = z.output<z.ZodObject<typeof databaseConfig>>;

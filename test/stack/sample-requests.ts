import { randomUUID } from 'node:crypto';

import type { OperationId } from '@citadel/contracts';
import { type Operation, sampleOf } from '@citadel/protocol';

interface Request {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

const NOTHING = '00000000-0000-4000-8000-000000000000';

/** Where what the schemas require is not enough to be answered in earnest, or would do more than it has to. */
const BODIES: Partial<Record<OperationId, Readonly<Record<string, unknown>>>> = {
  'auth.login': { email: `${randomUUID()}@citadel.test`, password: 'x' },
  'auth.refresh': { refresh_token: 'x' },
  'auth.revokeToken': { jti: NOTHING },
  'auth.createRole': { name: 'matrix-role', summary: 'x', permissions: ['no:such:permission'] },
  'auth.explainAccess': { decision: NOTHING },
};

/**
 * A request for any operation that gets past validation, so that what answers is the access rule or what lies behind it.
 *
 * @throws Error if the schemas do not take the sample; then the operation needs a line above
 */
export function requestFor(operation: Operation): Request {
  const { params, body } = sampleOf(operation);
  // An id of an operation is an OperationId.
  const request = { params, body: BODIES[operation.id as OperationId] ?? body };
  const { error } = operation.message.safeParse({ ...request.params, ...request.body });
  if (error) throw new Error(`${operation.id} does not take ${JSON.stringify(request)}; add a line to BODIES`, error);
  return operation.body ? request : { params };
}

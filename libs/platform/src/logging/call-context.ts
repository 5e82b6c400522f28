import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What names one request across all services: in logs, in `x-request-id`, and in problems of code `internal`. */
export interface CallContext {
  readonly requestId: string;
  /** W3C Trace Context: 16 bytes in hex. */
  readonly traceId: string;
  /** W3C Trace Context: 8 bytes in hex, of the caller's span. */
  readonly spanId: string;
  /** Of the client, as the gateway saw it. For limits and the audit trail; it proves nothing about who is calling. */
  readonly address?: string | undefined;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Runs a call, and everything that it awaits, under its context. */
export const runInCall = <T>(context: CallContext, call: () => T): T => storage.run(context, call);

export const currentCall = (): CallContext | undefined => storage.getStore();

/** A new trace. The edge always begins one: an id that a client chose could be made to collide with another's. */
export function newCall(requestId: string, address?: string): CallContext {
  return { requestId, address, traceId: randomHex(), spanId: randomHex().slice(16) };
}

/** 32 hex digits, 122 of their bits random: Node.js keeps random bytes ready for UUIDs alone. */
const randomHex = () => randomUUID().replaceAll('-', '');

/** `traceparent` of W3C Trace Context, version 00, sampled. */
export const traceparentOf = ({ traceId, spanId }: CallContext): string => `00-${traceId}-${spanId}-01`;

/** Continues the call that a message's headers name; what is malformed begins a new one. */
export function callFrom(
  traceparent: string | undefined,
  requestId: string | undefined,
  address?: string,
): CallContext {
  const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? '') ?? [];
  const id = /^[\w-]{1,64}$/.test(requestId ?? '') ? requestId : undefined;
  if (!traceId || !spanId) return newCall(id ?? randomHex(), address);
  return { requestId: id ?? randomHex(), address, traceId, spanId };
}

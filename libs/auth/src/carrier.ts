import type { ArgumentsHost } from '@nestjs/common';

import type { Principal } from './principal.js';

/** What is known of one call: the credential that came with it, and, once verified, who it is. */
export interface Carrier {
  readonly token: string | undefined;
  user?: Principal;
}

/** Finds the access token of an HTTP request. */
export type TokenExtractor = (request: HttpRequest) => string | undefined;

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method?: string;
  /** Every value of each header, as Node keeps them (Express, and the request of a handshake). */
  readonly headersDistinct?: Readonly<Record<string, string[] | undefined>>;
  /** Node's own request, where the framework wraps it (Fastify). */
  readonly raw?: Pick<HttpRequest, 'headersDistinct'>;
}

interface MessageContext {
  getHeaders?(): { values?(name: string): string[] } | undefined;
}

interface SocketClient {
  readonly handshake?: { readonly auth?: { readonly token?: unknown }; readonly headers?: HttpRequest['headers'] };
  /** Socket.IO's: the request of the handshake. */
  readonly request?: HttpRequest;
}

const carriers = new WeakMap<object, Carrier>();
const upgrades = new WeakMap<object, HttpRequest>();

/**
 * Tells the guards which request opened a socket of `@nestjs/platform-ws`: `ws` keeps none. Socket.IO needs no such call.
 *
 * @example handleConnection(client: WebSocket, request: IncomingMessage) { rememberUpgrade(client, request); }
 */
export function rememberUpgrade(client: object, request: HttpRequest): void {
  upgrades.set(client, request);
}

/**
 * Where a call's credential is read from and its principal is kept, on every transport.
 *
 * Never on the request itself: over NATS, Nest hands the *payload* to `switchToHttp().getRequest()`, and a guard that
 * read `request.user` there would trust `{"user":{"roles":["sovereign"]}}`. The key is an object that no sender can
 * reach, and an unknown transport has no credential, so it is refused.
 */
export function carrierOf(context: ArgumentsHost, fromHttp: TokenExtractor = bearerOf): Carrier {
  switch (context.getType<string>()) {
    case 'http': {
      const request = context.switchToHttp().getRequest<HttpRequest>();
      return remember(request, () => fromHttp(request));
    }
    case 'rpc': {
      const message = context.switchToRpc().getContext<MessageContext>();
      return remember(message, () => bearerIn(message.getHeaders?.()?.values?.('authorization')));
    }
    case 'ws': {
      const client = context.switchToWs().getClient<SocketClient>();
      return remember(client, () => socketToken(client));
    }
    default:
      return { token: undefined };
  }
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1). */
export function bearerOf({ headers, headersDistinct, raw }: HttpRequest): string | undefined {
  const { authorization } = headers;
  // Node keeps the first of two headers in `headers`, and a proxy may have looked at the other.
  const all = (raw?.headersDistinct ?? headersDistinct)?.['authorization'];
  if (all && all.length > 1) return undefined;
  return bearerIn(typeof authorization === 'string' ? [authorization] : authorization);
}

function socketToken(client: SocketClient): string | undefined {
  const { handshake, request } = client;
  if (typeof handshake?.auth?.token === 'string') return handshake.auth.token;
  const opened = handshake?.headers ? { ...distinctOf(request), headers: handshake.headers } : upgrades.get(client);
  return opened && bearerOf(opened);
}

const distinctOf = (request: HttpRequest | undefined) =>
  request?.headersDistinct ? { headersDistinct: request.headersDistinct } : {};

/**
 * The token in the values of an `Authorization` header. Two credentials in one call are one too many: which of them counts would
 * depend on who reads it.
 */
export function bearerIn(values: readonly string[] | undefined): string | undefined {
  if (values?.length !== 1) return undefined;
  return /^Bearer +([^\s,]+)$/i.exec(values[0] ?? '')?.[1];
}

function remember(key: object, readToken: () => string | undefined): Carrier {
  const known = carriers.get(key);
  if (known) return known;
  const carrier: Carrier = { token: readToken() };
  carriers.set(key, carrier);
  return carrier;
}

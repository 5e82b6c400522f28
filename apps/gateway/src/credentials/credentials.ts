import { bearerOf, type HttpRequest } from '@citadel/auth';
import { problem, TokenResponse } from '@citadel/contracts';
import type { Operation } from '@citadel/protocol';

import {
  ACCESS_COOKIE,
  clearedCookies,
  clearedFormerCookies,
  cookiesOf,
  DEVICE_COOKIE,
  readCookie,
  REFRESH_COOKIE,
  type Tokens,
} from './cookies.js';
import { requireSameOrigin } from './same-origin.js';

type Message = Readonly<Record<string, unknown>>;

/** Fields of a request's body that a browser sends as a cookie instead. */
const TOKEN_COOKIES = [
  ['refresh_token', REFRESH_COOKIE],
  ['device_token', DEVICE_COOKIE],
] as const;

export interface Answer {
  readonly data: unknown;
  readonly cookies: readonly string[];
}

/**
 * Where credentials are found in a request and how they leave in an answer: as Bearer tokens for those who keep them
 * themselves, in cookies for browsers. What an operation does with them stands in its contract.
 */
export class Credentials {
  private readonly origins: ReadonlySet<string>;

  /** @param origins - those whose pages may call with cookies: this gateway's own, and the ones of the configuration */
  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /**
   * The access token of a request. A Bearer token counts before a cookie: whoever sends one means it.
   *
   * @throws Problem `csrf-rejected`
   */
  readonly accessToken = (request: HttpRequest): string | undefined => {
    if (request.headers['authorization'] !== undefined) return bearerOf(request);
    const cookie = readCookie(cookieHeaderOf(request), ACCESS_COOKIE);
    if (cookie !== undefined) requireSameOrigin(request, this.origins);
    return cookie;
  };

  /**
   * The message of an operation, with tokens from cookies for those fields of its body that are left out.
   *
   * @throws Problem `csrf-rejected`
   */
  complete(operation: Operation, message: Message, request: HttpRequest): Message {
    if (message['delivery'] === 'cookie') requireSameOrigin(request, this.origins);
    const found = TOKEN_COOKIES.filter(([field]) => operation.body?.[field] && message[field] === undefined)
      .map(([field, name]) => [field, readCookie(cookieHeaderOf(request), name)] as const)
      .filter(([, value]) => value !== undefined);
    if (found.length === 0) return message;
    requireSameOrigin(request, this.origins);
    // What came in a cookie leaves in a cookie: a script that can cause a refresh must not get to read the tokens.
    const delivery = found.some(([field]) => field === 'refresh_token') ? { delivery: 'cookie' } : {};
    return { ...message, ...Object.fromEntries(found), ...delivery };
  }

  /** The answer as it leaves. A failed refresh never gets here: it must not clear what another tab has just been given. */
  deliver(operation: Operation, message: Message, data: unknown, request: HttpRequest): Answer {
    const former = clearedFormerCookies(cookieHeaderOf(request));
    if (operation.credentials === 'clear') return { data, cookies: [...clearedCookies(), ...former] };
    if (operation.credentials === undefined || message['delivery'] !== 'cookie') return { data, cookies: [] };
    const { access_token, refresh_token, device_token, device_expires_in, ...rest } = TokenResponse.parse(data);
    if (access_token === undefined || refresh_token === undefined) throw problem('invalid-response');
    const tokens: Tokens = {
      access_token,
      refresh_token,
      device_token,
      device_expires_in,
      expires_in: rest.expires_in,
      refresh_expires_in: rest.refresh_expires_in,
    };
    return { data: rest, cookies: [...cookiesOf(tokens), ...former] };
  }
}

/** Node joins the lines of a `Cookie` header to one, so it is never a list. */
const cookieHeaderOf = ({ headers }: HttpRequest) => headers['cookie'] as string | undefined;

import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { DEVICE_LIFETIME } from './attempt-limits.js';

const ID_BYTES = 16;
const PAYLOAD_BYTES = ID_BYTES + 6;

/**
 * Tokens by which a device is recognised that has logged into an account before: an id and an expiry, with a MAC over
 * both and the account. They are verified without a look at any database, so that neither the answer nor its time
 * depends on whether the account exists. A device token logs nobody in: it only chooses which attempts are counted.
 */
@Injectable()
export class DeviceTokens {
  private readonly key: Buffer;
  /** While keys are being replaced, the one before is good as well. */
  private readonly keys: readonly Buffer[];

  constructor(@Inject(AUTH_CONFIG) { AUTH_REFRESH_TOKEN_KEY, AUTH_REFRESH_TOKEN_KEY_PREVIOUS: previous }: AuthConfig) {
    this.key = deviceKey(AUTH_REFRESH_TOKEN_KEY);
    this.keys = [this.key, ...(previous ? [deviceKey(previous)] : [])];
  }

  /** @param device - the id of a device that is known already; it keeps it */
  issue(email: string, device = randomBytes(ID_BYTES).toString('base64url'), now = Date.now()): string {
    const payload = Buffer.alloc(PAYLOAD_BYTES);
    payload.set(Buffer.from(device, 'base64url').subarray(0, ID_BYTES));
    payload.writeUIntBE(Math.floor(now / 1000) + DEVICE_LIFETIME, ID_BYTES, 6);
    return `${payload.toString('base64url')}.${macOf(this.key, payload, email).toString('base64url')}`;
  }

  /** The id of the device, if the token is genuine, of this account, and has not expired. */
  deviceIn(token: string | undefined, email: string, now = Date.now()): string | undefined {
    const [, encoded, mac] = /^([\w-]{30})\.([\w-]{43})$/.exec(token ?? '') ?? [];
    if (encoded === undefined || mac === undefined) return undefined;
    const payload = Buffer.from(encoded, 'base64url');
    const given = Buffer.from(mac, 'base64url');
    if (!this.keys.some((key) => timingSafeEqual(macOf(key, payload, email), given))) return undefined;
    if (payload.readUIntBE(ID_BYTES, 6) * 1000 <= now) return undefined;
    return payload.subarray(0, ID_BYTES).toString('base64url');
  }
}

const deviceKey = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'citadel device token', 32));

const macOf = (key: Buffer, payload: Buffer, email: string) =>
  createHmac('sha256', key).update(payload).update(email).digest();

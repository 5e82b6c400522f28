import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { KeyRing } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import type { SigningKey } from '../generated/prisma/client.js';
import { newPrivateKey, publicJwkOf, signToken } from './key-pair.js';
import { stateOf } from './key-schedule.js';
import { nameOf, seal, unseal } from './sealed-key.js';

interface OpenKey {
  readonly row: SigningKey;
  readonly privateKey: KeyObject;
}

/** Holds the private keys: they leave the database sealed, and are open in this process's memory only. */
@Injectable()
export class Signer implements OnModuleInit {
  private readonly logger = new Logger(Signer.name);
  private open: readonly OpenKey[] = [];
  private unopened: ReadonlySet<string> = new Set();
  private published: KeyRing | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** What this process, like every service, trusts: it lives in the module that guards the handlers. */
  onModuleInit(): void {
    this.published = this.moduleRef.get(KeyRing, { strict: false });
  }

  get canSign(): boolean {
    return this.signing() !== undefined;
  }

  /** Signs with the key whose time it is. @throws Problem `service-unavailable` while there is none */
  sign(claims: object): string {
    const key = this.signing();
    if (!key) throw problem('service-unavailable', { detail: 'There is no key to sign with yet', retryAfter: 1 });
    return signToken(claims, key.privateKey, key.row.kid, key.row.algorithm);
  }

  /** Takes the given keys into use, and lets go of all others. One that cannot be unsealed is left out, and logged once. */
  use(rows: readonly SigningKey[]): void {
    const unopened = new Set<string>();
    this.open = rows.flatMap((row) => {
      const known = this.open.find(
        ({ row: { kid, signsUntil } }) => kid === row.kid && signsUntil.getTime() === row.signsUntil.getTime(),
      );
      if (known) return [known];
      try {
        return [{ row, privateKey: this.unsealed(row) }];
      } catch (error) {
        unopened.add(row.kid);
        if (!this.unopened.has(row.kid)) this.logger.error(`Nothing is signed with a key: ${String(error)}`);
        return [];
      }
    });
    this.unopened = unopened;
  }

  /** Lets go of one key at once, whatever can or cannot be read of the others. */
  drop(kid: string): void {
    this.open = this.open.filter(({ row }) => row.kid !== kid);
  }

  /** A new key, sealed: what is stored of it. */
  async newKey() {
    const kid = randomUUID();
    const algorithm = this.config.AUTH_SIGNING_ALGORITHM;
    const privateKey = await newPrivateKey(algorithm);
    const sealingKey = this.config.AUTH_KEY_ENCRYPTION_KEY;
    const sealedKey = seal(privateKey.export({ format: 'der', type: 'pkcs8' }), sealingKey, kid);
    return {
      kid,
      algorithm,
      publicJwk: publicJwkOf(privateKey, kid, algorithm),
      sealedKey,
      sealedWith: nameOf(sealingKey),
    };
  }

  private signing(): OpenKey | undefined {
    const now = new Date();
    // A key that the services do not know, or no longer trust, must not sign: its tokens would be refused.
    return this.open.find(({ row }) => stateOf(row, now) === 'signing' && this.published?.find(row.kid) !== undefined);
  }

  private unsealed({ kid, sealedKey, sealedWith }: SigningKey): KeyObject {
    const { AUTH_KEY_ENCRYPTION_KEY: now, AUTH_KEY_ENCRYPTION_KEY_PREVIOUS: before } = this.config;
    const sealingKey = [now, before].find((key) => key && nameOf(key) === sealedWith);
    if (!sealingKey) {
      throw new Error(
        `The signing key ${kid} is sealed with a key (${sealedWith}) that is not configured; give it as AUTH_KEY_ENCRYPTION_KEY_PREVIOUS`,
      );
    }
    try {
      return createPrivateKey({ key: unseal(sealedKey, sealingKey, kid), format: 'der', type: 'pkcs8' });
    } catch (cause) {
      throw new Error(`The seal of the signing key ${kid} is broken`, { cause });
    }
  }
}

import { randomUUID } from 'node:crypto';
import { expand, permissionsOf } from '@citadel/contracts';
import { Inject, Injectable } from '@nestjs/common';

import { AUTH_CONFIG, type AuthConfig } from '../auth.config.js';
import { type Clearance, PrismaClient } from '../generated/prisma/client.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';

/** What an access token says, and from where. */
export interface TokenSubject {
  readonly id: string;
  readonly clientId: string;
  readonly methods: readonly string[];
  readonly authenticatedAt: Date;
  readonly user: {
    readonly id: string;
    readonly clearance: Clearance;
    readonly generation: number;
    readonly roles: readonly { readonly role: string }[];
  };
}

/** The services that an access token is good for. */
const AUDIENCE = ['gateway', 'auth', 'treasury', 'archives'];

/** Issues access tokens (RFC 9068). */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: SigningKeysService,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
  ) {}

  async issue({ id, clientId, methods, authenticatedAt, user }: TokenSubject): Promise<string> {
    const realm = await this.prisma.realm.findUniqueOrThrow({ where: { id: 1 } });
    const roles = user.roles.map(({ role }) => role);
    const issuedAt = Math.floor(Date.now() / 1000);
    return this.keys.sign({
      iss: this.config.CITADEL_ISSUER,
      sub: user.id,
      aud: AUDIENCE,
      exp: issuedAt + this.config.ACCESS_TOKEN_LIFETIME,
      iat: issuedAt,
      jti: randomUUID(),
      client_id: clientId,
      sid: id,
      auth_time: Math.floor(authenticatedAt.getTime() / 1000),
      amr: methods,
      roles: expand(roles),
      permissions: permissionsOf(roles),
      clearance: user.clearance,
      gen: [realm.generation, user.generation],
    });
  }
}

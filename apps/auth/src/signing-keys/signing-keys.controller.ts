import { CurrentUser, type Principal, Public, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { SigningKeysService } from './signing-keys.service.js';

@Controller()
export class SigningKeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Handles(auth.jwks)
  @Public()
  async jwks() {
    return { keys: await this.keys.publicKeys() };
  }

  @Handles(auth.listKeys)
  @RequirePermissions('auth:keys:read')
  list() {
    return this.keys.list();
  }

  @Handles(auth.rotateKeys)
  @RequirePermissions('auth:keys:rotate')
  @RequireRecentLogin(15)
  rotate(@CurrentUser() user: Principal, @CurrentClient() client: Client) {
    return this.keys.rotate({ user, client });
  }

  @Handles(auth.compromiseKey)
  @RequirePermissions('auth:keys:rotate')
  @RequireRecentLogin(15)
  compromise(
    @Message() { kid, reason }: MessageOf<typeof auth.compromiseKey>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.keys.compromise(kid, reason, { user, client });
  }
}

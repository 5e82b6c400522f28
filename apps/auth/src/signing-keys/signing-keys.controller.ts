import { Public, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { CurrentActor } from '../audit/current-actor.decorator.js';
import { Recent } from './recent.js';
import { SigningKeysService } from './signing-keys.service.js';

@Controller()
export class SigningKeysController {
  /** Anybody may ask, as often as they like: that must not cost a query each. A key that is dropped is gone as soon. */
  private readonly published = new Recent(() => this.keys.publicKeys(), 500);

  constructor(private readonly keys: SigningKeysService) {}

  @Handles(auth.jwks)
  @Public()
  async jwks() {
    return { keys: await this.published.get() };
  }

  @Handles(auth.listKeys)
  @RequirePermissions('auth:keys:read')
  list() {
    return this.keys.list();
  }

  @Handles(auth.rotateKeys)
  @RequirePermissions('auth:keys:rotate')
  @RequireRecentLogin(15)
  rotate(@CurrentActor() actor: Actor) {
    return this.keys.rotate(actor);
  }

  @Handles(auth.compromiseKey)
  @RequirePermissions('auth:keys:rotate')
  @RequireRecentLogin(15)
  compromise(@Message() { kid, reason }: MessageOf<typeof auth.compromiseKey>, @CurrentActor() actor: Actor) {
    return this.keys.compromise(kid, reason, actor);
  }
}

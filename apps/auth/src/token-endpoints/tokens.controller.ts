import { Public, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { CurrentActor } from '../audit/current-actor.decorator.js';
import { TokensService } from './tokens.service.js';

@Controller()
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Handles(auth.revoke)
  @Public()
  revoke(@Message() { token }: MessageOf<typeof auth.revoke>, @CurrentClient() { address }: Client) {
    return this.tokens.revokePresented(token, address);
  }

  @Handles(auth.introspect)
  @RequirePermissions('auth:tokens:introspect')
  introspect(@Message() { token }: MessageOf<typeof auth.introspect>) {
    return this.tokens.introspect(token);
  }

  @Handles(auth.revokeUserTokens)
  @RequirePermissions('auth:tokens:revoke')
  @RequireRecentLogin(15)
  revokeUser(@Message() { id, reason }: MessageOf<typeof auth.revokeUserTokens>, @CurrentActor() actor: Actor) {
    return this.tokens.revokeUser(id, reason, actor);
  }

  @Handles(auth.revokeToken)
  @RequirePermissions('auth:tokens:revoke')
  @RequireRecentLogin(15)
  revokeNamed(@Message() request: MessageOf<typeof auth.revokeToken>, @CurrentActor() actor: Actor) {
    return this.tokens.revokeNamed(request, actor);
  }

  @Handles(auth.revokeAllTokens)
  @RequirePermissions('auth:tokens:revoke')
  @RequireRecentLogin(15)
  revokeAll(@Message() { reason }: MessageOf<typeof auth.revokeAllTokens>, @CurrentActor() actor: Actor) {
    return this.tokens.revokeAll(reason, actor);
  }
}

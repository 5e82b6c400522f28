import { CurrentUser, type Principal, Public, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

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
  revokeUser(
    @Message() { id, reason }: MessageOf<typeof auth.revokeUserTokens>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.tokens.revokeUser(id, reason, { user, client });
  }

  @Handles(auth.revokeToken)
  @RequirePermissions('auth:tokens:revoke')
  revokeNamed(
    @Message() request: MessageOf<typeof auth.revokeToken>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.tokens.revokeNamed(request, { user, client });
  }

  @Handles(auth.revokeAllTokens)
  @RequirePermissions('auth:tokens:revoke')
  @RequireRecentLogin(15)
  revokeAll(
    @Message() { reason }: MessageOf<typeof auth.revokeAllTokens>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.tokens.revokeAll(reason, { user, client });
  }
}

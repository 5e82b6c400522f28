import { Authenticated, CurrentUser, type Principal, Public } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { PasswordsService } from './passwords.service.js';
import { SessionsService } from './sessions.service.js';

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
  ) {}

  @Handles(auth.login)
  @Public()
  logIn(@Message() credentials: MessageOf<typeof auth.login>, @CurrentClient() client: Client) {
    return this.sessions.logIn(credentials, client);
  }

  @Handles(auth.refresh)
  @Public()
  refresh(@Message() { refresh_token: token }: MessageOf<typeof auth.refresh>, @CurrentClient() client: Client) {
    return this.sessions.refresh(token, client);
  }

  @Handles(auth.reauthenticate)
  @Authenticated()
  reauthenticate(
    @Message() { password }: MessageOf<typeof auth.reauthenticate>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.sessions.reauthenticate(password, { user, client });
  }

  @Handles(auth.logout)
  @Authenticated()
  logOut(@CurrentUser() user: Principal, @CurrentClient() client: Client) {
    return this.sessions.logOut({ user, client });
  }

  @Handles(auth.logoutAll)
  @Authenticated()
  logOutEverywhere(@CurrentUser() user: Principal, @CurrentClient() client: Client) {
    return this.sessions.logOutEverywhere({ user, client });
  }

  @Handles(auth.listSessions)
  @Authenticated()
  list(@CurrentUser() user: Principal) {
    return this.sessions.list(user);
  }

  @Handles(auth.endSession)
  @Authenticated()
  end(
    @Message() { id }: MessageOf<typeof auth.endSession>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.sessions.endOne(id, { user, client });
  }

  @Handles(auth.changePassword)
  @Authenticated()
  changePassword(
    @Message() request: MessageOf<typeof auth.changePassword>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.passwords.change(request, { user, client });
  }
}

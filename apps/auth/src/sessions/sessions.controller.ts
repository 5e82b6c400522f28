import { Authenticated, CurrentUser, type Principal, Public } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { SessionsService } from './sessions.service.js';

@Controller()
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Handles(auth.login)
  @Public()
  logIn(@Message() credentials: MessageOf<typeof auth.login>, @CurrentClient() client: Client) {
    return this.sessions.logIn(credentials, client);
  }

  @Handles(auth.refresh)
  @Public()
  refresh(@Message() { refresh_token: token }: MessageOf<typeof auth.refresh>) {
    return this.sessions.refresh(token);
  }

  @Handles(auth.logout)
  @Authenticated()
  logOut(@CurrentUser() user: Principal) {
    return this.sessions.logOut(user);
  }
}

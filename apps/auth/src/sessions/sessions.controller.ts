import { Authenticated, CurrentUser, type Principal, Public } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { CurrentActor } from '../audit/current-actor.decorator.js';
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
  reauthenticate(@Message() proof: MessageOf<typeof auth.reauthenticate>, @CurrentActor() actor: Actor) {
    return this.sessions.reauthenticate(proof, actor);
  }

  @Handles(auth.logout)
  @Authenticated()
  logOut(@CurrentActor() actor: Actor) {
    return this.sessions.logOut(actor);
  }

  @Handles(auth.logoutAll)
  @Authenticated()
  logOutEverywhere(@CurrentActor() actor: Actor) {
    return this.sessions.logOutEverywhere(actor);
  }

  @Handles(auth.listSessions)
  @Authenticated()
  list(@CurrentUser() user: Principal) {
    return this.sessions.list(user);
  }

  @Handles(auth.endSession)
  @Authenticated()
  end(@Message() { id }: MessageOf<typeof auth.endSession>, @CurrentActor() actor: Actor) {
    return this.sessions.endOne(id, actor);
  }

  @Handles(auth.changePassword)
  @Authenticated()
  changePassword(@Message() request: MessageOf<typeof auth.changePassword>, @CurrentActor() actor: Actor) {
    return this.passwords.change(request, actor);
  }
}

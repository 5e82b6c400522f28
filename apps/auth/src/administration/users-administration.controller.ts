import { CurrentUser, type Principal, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { UsersAdministrationService } from './users-administration.service.js';

@Controller()
export class UsersAdministrationController {
  constructor(private readonly users: UsersAdministrationService) {}

  @Handles(auth.listUsers)
  @RequirePermissions('auth:users:read')
  list(@Message() query: MessageOf<typeof auth.listUsers>) {
    return this.users.list(query);
  }

  @Handles(auth.findUser)
  @RequirePermissions('auth:users:read')
  find(@Message() { id }: MessageOf<typeof auth.findUser>) {
    return this.users.find(id);
  }

  @Handles(auth.setUserRoles)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  setRoles(
    @Message() request: MessageOf<typeof auth.setUserRoles>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.users.setRoles(request, { user, client });
  }

  @Handles(auth.setUserClearance)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  setClearance(
    @Message() request: MessageOf<typeof auth.setUserClearance>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.users.setClearance(request, { user, client });
  }

  @Handles(auth.disableUser)
  @RequirePermissions('auth:users:manage')
  disable(
    @Message() request: MessageOf<typeof auth.disableUser>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.users.disable(request, { user, client });
  }

  @Handles(auth.enableUser)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  enable(
    @Message() request: MessageOf<typeof auth.enableUser>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.users.enable(request, { user, client });
  }
}

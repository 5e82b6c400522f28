import { CurrentUser, type Principal, RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth, type MessageOf } from '@citadel/contracts';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { RolesService } from './roles.service.js';

@Controller()
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  @Handles(auth.listRoles)
  @RequirePermissions('auth:roles:read')
  list() {
    return this.roles.list();
  }

  @Handles(auth.createRole)
  @RequirePermissions('auth:roles:manage')
  @RequireRecentLogin(15)
  create(
    @Message() fields: MessageOf<typeof auth.createRole>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.roles.create(fields, { user, client });
  }

  @Handles(auth.changeRole)
  @RequirePermissions('auth:roles:manage')
  @RequireRecentLogin(15)
  change(
    @Message() fields: MessageOf<typeof auth.changeRole>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.roles.change(fields, { user, client });
  }

  @Handles(auth.removeRole)
  @RequirePermissions('auth:roles:manage')
  @RequireRecentLogin(15)
  remove(
    @Message() request: MessageOf<typeof auth.removeRole>,
    @CurrentUser() user: Principal,
    @CurrentClient() client: Client,
  ) {
    return this.roles.remove(request, { user, client });
  }
}

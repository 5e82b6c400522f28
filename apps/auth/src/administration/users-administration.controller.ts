import { RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { CurrentActor } from '../audit/current-actor.decorator.js';
import { UserDeletionService } from './user-deletion.service.js';
import { UsersAdministrationService } from './users-administration.service.js';

@Controller()
export class UsersAdministrationController {
  constructor(
    private readonly users: UsersAdministrationService,
    private readonly deletion: UserDeletionService,
  ) {}

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
  setRoles(@Message() request: MessageOf<typeof auth.setUserRoles>, @CurrentActor() actor: Actor) {
    return this.users.setRoles(request, actor);
  }

  @Handles(auth.setUserClearance)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  setClearance(@Message() request: MessageOf<typeof auth.setUserClearance>, @CurrentActor() actor: Actor) {
    return this.users.setClearance(request, actor);
  }

  @Handles(auth.disableUser)
  @RequirePermissions('auth:users:manage')
  disable(@Message() request: MessageOf<typeof auth.disableUser>, @CurrentActor() actor: Actor) {
    return this.users.disable(request, actor);
  }

  @Handles(auth.enableUser)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  enable(@Message() request: MessageOf<typeof auth.enableUser>, @CurrentActor() actor: Actor) {
    return this.users.enable(request, actor);
  }

  @Handles(auth.deleteUser)
  @RequirePermissions('auth:users:manage')
  @RequireRecentLogin(15)
  delete(@Message() request: MessageOf<typeof auth.deleteUser>, @CurrentActor() actor: Actor) {
    return this.deletion.delete(request, actor);
  }
}

import { RequirePermissions, RequireRecentLogin } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import type { Actor } from '../audit/audit-event.js';
import { CurrentActor } from '../audit/current-actor.decorator.js';
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
  create(@Message() fields: MessageOf<typeof auth.createRole>, @CurrentActor() actor: Actor) {
    return this.roles.create(fields, actor);
  }

  @Handles(auth.changeRole)
  @RequirePermissions('auth:roles:manage')
  @RequireRecentLogin(15)
  change(@Message() fields: MessageOf<typeof auth.changeRole>, @CurrentActor() actor: Actor) {
    return this.roles.change(fields, actor);
  }

  @Handles(auth.removeRole)
  @RequirePermissions('auth:roles:manage')
  @RequireRecentLogin(15)
  remove(@Message() request: MessageOf<typeof auth.removeRole>, @CurrentActor() actor: Actor) {
    return this.roles.remove(request, actor);
  }
}

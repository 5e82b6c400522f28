import { Authenticated, CurrentUser, type Principal, Public } from '@citadel/auth';
import { auth } from '@citadel/contracts';
import type { MessageOf } from '@citadel/protocol';
import { type Client, CurrentClient, Handles, Message } from '@citadel/platform';
import { Controller } from '@nestjs/common';

import { UsersService } from './users.service.js';

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Handles(auth.register)
  @Public()
  register(@Message() credentials: MessageOf<typeof auth.register>, @CurrentClient() client: Client) {
    return this.users.register(credentials, client);
  }

  @Handles(auth.me)
  @Authenticated()
  me(@CurrentUser() user: Principal) {
    return this.users.describe(user);
  }
}

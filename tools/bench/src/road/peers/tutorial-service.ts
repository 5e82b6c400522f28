import 'reflect-metadata';

import { Controller, Module, UseGuards } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { AuthGuard, PassportModule } from '@nestjs/passport';

import { Accounts } from './accounts.js';
import { JwtStrategy } from './jwt.strategy.js';
import { runMicroservice } from './microservice.js';

interface Question {
  readonly id: string;
  /** Passport takes the payload for the request: it reads the token of its `headers`, and writes the user to it. */
  readonly headers: { readonly authorization: string };
  readonly user: { readonly id: string };
}

@Controller()
class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @UseGuards(AuthGuard('jwt'))
  @MessagePattern('tutorial.findAccount')
  find(@Payload() { id, user }: Question) {
    return this.accounts.find(id, user.id);
  }
}

@Module({ imports: [PassportModule], controllers: [AccountsController], providers: [Accounts, JwtStrategy] })
class ServiceModule {}

await runMicroservice(ServiceModule, 'tutorial');

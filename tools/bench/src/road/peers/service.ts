import 'reflect-metadata';

import { Controller, Module } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';

import { Accounts } from './accounts.js';
import { runMicroservice } from './microservice.js';

interface Question {
  readonly id: string;
  /** Whom the gateway has found out; the service takes its word for it. */
  readonly user?: string;
}

@Controller()
class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  // doctor-allow unguarded-handler: what it costs without a guard is what is measured
  @MessagePattern('treasury.findAccount')
  find(@Payload() { id, user }: Question) {
    return this.accounts.find(id, user);
  }
}

@Module({ controllers: [AccountsController], providers: [Accounts] })
class ServiceModule {}

await runMicroservice(ServiceModule, 'treasury');

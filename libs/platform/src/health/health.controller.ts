import { Public } from '@citadel/auth';
import { Controller, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';

import { Health, type Readiness } from './health.js';

/** Answers `<service>.health.live` and `<service>.health.ready`, the same as the gateway's paths of that name. */
export function healthControllerOf(service: string): Type {
  @Controller()
  @Public()
  class HealthController {
    constructor(private readonly health: Health) {}

    @MessagePattern(`${service}.health.live`)
    live(): { live: true } {
      return { live: true };
    }

    @MessagePattern(`${service}.health.ready`)
    ready(): Promise<Readiness> {
      return this.health.readiness();
    }
  }
  return HealthController;
}

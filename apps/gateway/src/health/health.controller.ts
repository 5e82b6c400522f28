import { Public } from '@citadel/auth';
import { Health, type Readiness } from '@citadel/platform';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** For load balancers and orchestrators. The gateway is ready without its services: each answers for its own routes. */
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  live(): { live: true } {
    return { live: true };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    if (!readiness.ready) reply.status(503).header('retry-after', '1');
    return readiness;
  }
}

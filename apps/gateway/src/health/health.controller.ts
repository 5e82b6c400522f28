import { Public } from '@citadel/auth';
import { Health } from '@citadel/platform';
import { Controller, Get, Logger, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/**
 * For load balancers and orchestrators. The gateway is ready without its services: each answers for its own routes. What
 * is missing stands in the log: here anybody may ask, and learns whether it is ready and nothing else.
 */
@Controller('health')
@Public()
export class HealthController {
  private readonly logger = new Logger('Health');
  private lastState = '';

  constructor(private readonly health: Health) {}

  @Get('live')
  live(): { live: true } {
    return { live: true };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ ready: boolean }> {
    const { ready, checks, revocationAge } = await this.health.readiness();
    const state = JSON.stringify(checks);
    if (state !== this.lastState) this.logger.log({ message: ready ? 'Ready' : 'Not ready', checks, revocationAge });
    this.lastState = state;
    if (!ready) reply.status(503).header('retry-after', '1');
    return { ready };
  }
}

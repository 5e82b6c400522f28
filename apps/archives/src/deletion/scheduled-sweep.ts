import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { DeletionService } from './deletion.service.js';

const EVERY_MS = 600_000;

/** Sweeps deleted documents away for as long as the service runs; a failure is logged and the next turn comes. */
@Injectable()
export class ScheduledSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ScheduledSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deletion: DeletionService) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.sweep(), EVERY_MS);
    this.sweep();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(): void {
    this.deletion.sweep().then(
      (swept) => {
        if (swept > 0) this.logger.log(`Swept ${swept} deleted documents away`);
      },
      (error: unknown) => this.logger.warn(`Sweeping failed this time and is tried again: ${String(error)}`),
    );
  }
}

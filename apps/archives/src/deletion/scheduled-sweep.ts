import { RepeatingTask } from '@citadel/platform';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { DeletionService } from './deletion.service.js';

const EVERY_MS = 600_000;

/** Sweeps deleted documents away for as long as the service runs. */
@Injectable()
export class ScheduledSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ScheduledSweep.name);
  private readonly task: RepeatingTask;

  constructor(deletion: DeletionService) {
    const work = async () => {
      const swept = await deletion.sweep();
      if (swept > 0) this.logger.log(`Swept ${swept} deleted documents away`);
      return EVERY_MS;
    };
    this.task = new RepeatingTask('Sweeping deleted documents away', work, EVERY_MS);
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  onApplicationShutdown(): void {
    this.task.stop();
  }
}

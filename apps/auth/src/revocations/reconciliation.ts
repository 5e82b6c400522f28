import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { RevocationsService } from './revocations.service.js';

const EVERY_MS = 5_000;

/** Repairs, at start-up and from then on, what lies between the database and the bucket. */
@Injectable()
export class Reconciliation implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Reconciliation.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly revocations: RevocationsService) {}

  onApplicationBootstrap(): void {
    void this.run();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    await this.revocations.reconcile().catch((error: unknown) => {
      this.logger.warn(`Revocations cannot be reconciled at the moment: ${String(error)}`);
    });
    if (!this.isStopped) this.timer = setTimeout(() => void this.run(), EVERY_MS);
  }
}

import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { SigningKeysService } from './signing-keys.service.js';

const EVERY_MS = 10_000;
const SOON_MS = 200;

/** Keeps the keys on their schedule for as long as the service runs; while it cannot, it tries again soon. */
@Injectable()
export class KeyMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyMaintenance.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly keys: SigningKeysService) {}

  onApplicationBootstrap(): void {
    void this.run();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    await this.keys.maintain().catch((error: unknown) => {
      this.logger.warn(`Signing keys cannot be maintained at the moment: ${String(error)}`);
    });
    if (!this.isStopped) this.timer = setTimeout(() => void this.run(), this.keys.canSign ? EVERY_MS : SOON_MS);
  }
}

import { Logger } from '@nestjs/common';

/** Does something again and again for as long as the service runs; a failure is logged and the next turn comes. */
export class RepeatingTask {
  private readonly logger = new Logger(RepeatingTask.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  /**
   * @param what - completes the sentence "… failed this time", for the log
   * @param work - one turn; resolves to the milliseconds until the next
   * @param afterFailure - milliseconds until the next turn when one failed
   */
  constructor(
    private readonly what: string,
    private readonly work: () => Promise<number>,
    private readonly afterFailure = 1_000,
  ) {}

  start(): void {
    void this.turn();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async turn(): Promise<void> {
    const delay = await this.work().catch((error: unknown) => {
      this.logger.warn(`${this.what} failed this time and is tried again: ${String(error)}`);
      return this.afterFailure;
    });
    if (!this.isStopped) this.timer = setTimeout(() => void this.turn(), delay);
  }
}

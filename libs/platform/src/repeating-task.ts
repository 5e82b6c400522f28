import {
  type BeforeApplicationShutdown,
  type InjectionToken,
  Logger,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';

/**
 * Does something again and again for as long as the service runs; a failure is logged and the next turn comes. As a provider
 * it starts and stops with the application.
 */
export class RepeatingTask implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RepeatingTask.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();

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

  onApplicationBootstrap(): void {
    this.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  start(): void {
    this.running = this.turn();
  }

  /** Resolves when the turn that runs has ended: what it needs must not be closed before. */
  stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    return this.running;
  }

  private async turn(): Promise<void> {
    const delay = await this.work().catch((error: unknown) => {
      this.logger.warn(`${this.what} failed this time and is tried again: ${String(error)}`);
      return this.afterFailure;
    });
    if (!this.isStopped) this.timer = setTimeout(() => this.start(), delay);
  }
}

/**
 * A provider of a {@link RepeatingTask} that runs a service of the application.
 *
 * @param token - of the service whose work it is
 * @param every - milliseconds between two turns, and until the next when one failed
 * @example providers: [DeletionService, repeating('Sweeping deleted documents away', 600_000, DeletionService, (it) => it.sweep())]
 */
export const repeating = <T>(
  what: string,
  every: number,
  token: InjectionToken<T>,
  work: (service: T) => Promise<unknown>,
): Provider => ({
  provide: Symbol(what),
  inject: [token],
  useFactory: (service: T) => new RepeatingTask(what, () => work(service).then(() => every), every),
});

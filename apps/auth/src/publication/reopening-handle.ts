/**
 * Something on the other side of the network that is opened when it is first used, and again after any failure: what was
 * opened before NATS lost its data is the handle of something that is no longer there.
 */
export class ReopeningHandle<T> {
  private opened: Promise<T> | undefined;

  constructor(private readonly open: () => Promise<T>) {}

  async use<R>(work: (opened: T) => Promise<R>): Promise<R> {
    this.opened ??= this.open();
    const current = this.opened;
    try {
      return await work(await current);
    } catch (error) {
      // Somebody else's failure may have replaced it already; that one is good.
      if (this.opened === current) this.opened = undefined;
      throw error;
    }
  }
}

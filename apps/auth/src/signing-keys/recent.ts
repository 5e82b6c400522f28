/** What was found out a moment ago: however many ask, the work is done once in so many milliseconds. */
export class Recent<T> {
  private last: { readonly at: number; readonly answer: Promise<T> } | undefined;

  constructor(
    private readonly find: () => Promise<T>,
    private readonly milliseconds: number,
  ) {}

  get(): Promise<T> {
    if (this.last && performance.now() - this.last.at < this.milliseconds) return this.last.answer;
    const last = { at: performance.now(), answer: this.find() };
    this.last = last;
    // A failure is told to those who asked with it, and to nobody after them.
    last.answer.catch(() => {
      if (this.last === last) this.last = undefined;
    });
    return last.answer;
  }
}

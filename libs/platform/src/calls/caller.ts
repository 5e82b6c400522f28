import { AsyncLocalStorage } from 'node:async_hooks';

/** Whoever a handler works for: what it needs to ask another service on their behalf. */
export interface Caller {
  readonly token: string | undefined;
  /** By `performance.now()`; `undefined` if the caller waits forever. */
  readonly answerBy: number | undefined;
}

const storage = new AsyncLocalStorage<Caller>();

/** @param patience - milliseconds for which the caller waits from now on */
export function runForCaller<T>(
  { token, patience }: { readonly token: string | undefined; readonly patience: number | undefined },
  work: () => T,
): T {
  return storage.run({ token, answerBy: patience === undefined ? undefined : performance.now() + patience }, work);
}

export const currentCaller = (): Caller | undefined => storage.getStore();

/** Fails as Promise.all does, but only when nothing is under way any more: what is half started cannot be stopped. */
export async function allSettledWell(steps: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(steps);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

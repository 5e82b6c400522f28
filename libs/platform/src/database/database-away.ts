export function isDatabaseAway(error: unknown): boolean {
  return error === 1;
}

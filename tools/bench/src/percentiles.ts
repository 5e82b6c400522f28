/** The value below which a share of the measurements lies (nearest rank). @param share - 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = Math.max(0, Math.ceil(share * sorted.length) - 1);
  return sorted[Math.min(rank, sorted.length - 1)] ?? Number.NaN;
}

/** One line: how many, and their spread in milliseconds. */
export function summary(name: string, values: readonly number[]): string {
  const shares = [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
    ['max', 1],
  ] as const;
  const figures = shares.map(([label, share]) => `${label} ${percentile(values, share).toFixed(1)}`).join('  ');
  return `${name.padEnd(34)} ${String(values.length).padStart(5)} times   ${figures}  ms`;
}

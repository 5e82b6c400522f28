/** How long a part measures: whatever it compares takes turns, round after round. */
export interface Pace {
  readonly rounds: number;
  /** Milliseconds of one turn. */
  readonly roundMs: number;
}

const FULL: Pace = { rounds: 5, roundMs: 3_000 };
/** Enough to see that everything works, and in which order of size a figure is. */
const QUICK: Pace = { rounds: 3, roundMs: 1_000 };

export const paceOf = (isQuick: boolean): Pace => (isQuick ? QUICK : FULL);

export const describePace = ({ rounds, roundMs }: Pace): string =>
  `median of ${String(rounds)} rounds of ${String(roundMs / 1000)} s`;

import { percentile } from '../percentiles.js';
import { FIGURES, figuresOf, type Round, spentBy, tableHead, tableRow } from '../rounds.js';

/** A contender as it was measured; the rounds of all took turns. */
export interface MeasuredContender {
  readonly name: string;
  readonly rounds: readonly Round[];
}

/** The figures of each, and how much the first costs for what each other costs: 0.5 is half of it. */
export function tableOf(contenders: readonly MeasuredContender[]): string[] {
  const [first] = contenders;
  if (!first) return [];
  return [
    ...tableHead(['the same read', ...FIGURES, `${first.name} : this`]),
    ...contenders.map(({ name, rounds }) => tableRow([name, ...figuresOf(rounds), ratioOf(first.rounds, rounds)])),
  ];
}

/** The median of the ratios of each round: what happens on the machine in a round happens to both. */
function ratioOf(ours: readonly Round[], theirs: readonly Round[]): string {
  const ratios = ours.flatMap((round, index) => {
    const other = theirs[index];
    return other ? [spentBy(round) / spentBy(other)] : [];
  });
  return percentile(ratios, 0.5).toFixed(2);
}

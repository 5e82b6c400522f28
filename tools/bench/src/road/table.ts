import { FIGURES, figuresOf, medianOf, type Round, spentBy, tableHead, tableRow } from '../rounds.js';

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

/** Of the medians, so that whoever has the table can check it. */
const ratioOf = (ours: readonly Round[], theirs: readonly Round[]): string =>
  (medianOf(ours, spentBy) / medianOf(theirs, spentBy)).toFixed(2);

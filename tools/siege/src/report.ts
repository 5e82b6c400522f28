import type { FamilyOutcome, Outcome } from './run.js';

/** The table of one family: what was tried, how it was answered, why it works elsewhere and what holds it here. */
export function reportOf({ family, outcomes }: FamilyOutcome): string {
  return [`\n${family.name}: ${family.title}`, ...outcomes.flatMap(linesOf)].join('\n');
}

function linesOf({ attack, tries, held }: Outcome): string[] {
  const verdict = held ? 'held' : 'BREACHED';
  const count = `${String(tries.length)} ${tries.length === 1 ? 'try' : 'tries'}`;
  const breaches = tries.filter((one) => !one.held).map(({ at, answer }) => `    !! ${at} answered: ${answer}`);
  return [
    `  ${verdict.padEnd(8)}  ${attack.title}  (${count}: ${answersOf(tries)})`,
    `    works elsewhere because ${attack.why}`,
    `    held here by ${attack.holds}`,
    ...(tries.length === 0 ? ['    !! nothing was tried, so nothing is proved'] : breaches),
  ];
}

/** `401 unauthenticated ×12, 404 …` */
function answersOf(tries: Outcome['tries']): string {
  const counts = new Map<string, number>();
  for (const { answer } of tries) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].map(([answer, count]) => (count === 1 ? answer : `${answer} ×${String(count)}`)).join(', ');
}

/** The last line, which says it all. */
export function summaryOf(results: readonly FamilyOutcome[]): string {
  const outcomes = results.flatMap((result) => result.outcomes);
  const tries = outcomes.reduce((sum, outcome) => sum + outcome.tries.length, 0);
  const breaches = outcomes.filter(({ held }) => !held);
  const size = `${String(outcomes.length)} attacks of ${String(results.length)} families, ${String(tries)} tries`;
  if (breaches.length === 0) return `${size}: everything held.`;
  return `${size}: ${String(breaches.length)} SUCCEEDED: ${breaches.map(({ attack }) => attack.title).join('; ')}.`;
}

export const isBreached = (results: readonly FamilyOutcome[]): boolean =>
  results.length === 0 || results.some(({ outcomes }) => outcomes.some(({ held }) => !held));

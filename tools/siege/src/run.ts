import type { Attack, Family, Try } from './attack.js';
import type { Battlefield } from './battlefield.js';

export interface Outcome {
  readonly attack: Attack;
  readonly tries: readonly Try[];
  /** Whether every try was made and every one was turned away. What could not be tried has not held. */
  readonly held: boolean;
}

export interface FamilyOutcome {
  readonly family: Family;
  readonly outcomes: readonly Outcome[];
}

/** Tries every attack, one after the other, so that each finds the field as the one before has left it. */
export async function runFamilies(
  families: readonly Family[],
  field: Battlefield,
  onDone: (outcome: FamilyOutcome) => void = () => undefined,
): Promise<readonly FamilyOutcome[]> {
  const results: FamilyOutcome[] = [];
  for (const family of families) {
    const outcomes: Outcome[] = [];
    for (const attack of family.attacks) outcomes.push(await runAttack(attack, field));
    results.push({ family, outcomes });
    onDone({ family, outcomes });
  }
  return results;
}

async function runAttack(attack: Attack, field: Battlefield): Promise<Outcome> {
  let tries: readonly Try[];
  try {
    tries = await attack.run(field);
  } catch (error) {
    tries = [{ at: 'the attack itself', answer: `could not be tried: ${String(error)}`, held: false }];
  }
  return { attack, tries, held: tries.length > 0 && tries.every(({ held }) => held) };
}

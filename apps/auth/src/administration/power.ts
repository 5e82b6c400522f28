import { isSecondPerson } from '@citadel/auth';
import { problem } from '@citadel/contracts';
import { type Clearance, isCleared, isWithin, type Problem } from '@citadel/protocol';

/** What somebody is and may do at a moment, as the database has it. */
export interface Power {
  readonly id: string;
  readonly permissions: readonly string[];
  readonly clearance: Clearance;
}

/** What a change makes of its target. */
export interface Outcome {
  readonly permissions: readonly string[];
  readonly clearance: Clearance;
}

/**
 * The one place that decides whether somebody may change somebody else's power.
 *
 * Refuses: changing oneself; changing whoever holds, or after the change would hold, a permission or a clearance beyond
 * one's own. So power only ever flows downward, and no chain of changes lifts anybody above those who made them.
 *
 * @returns the problem to throw, or `undefined`
 */
export function refuseChange(actor: Power, target: Power, after: Outcome): Problem | undefined {
  // Four eyes: whoever gains by a change, or loses, is not the one who makes it.
  if (!isSecondPerson(actor, target.id)) return problem('self-change');
  for (const state of [target, after]) {
    if (!isWithin(state.permissions, actor.permissions)) {
      return problem('beyond-your-power', { detail: 'The user holds, or would hold, permissions that you do not' });
    }
    if (!isCleared(actor.clearance, state.clearance)) {
      return problem('beyond-your-power', { detail: 'The user has, or would have, a higher clearance than you' });
    }
  }
  return undefined;
}

/** Permissions over users, roles, tokens and keys. */
const administrative = ({ permissions }: Outcome) =>
  permissions.filter((permission) => permission === '*' || permission.startsWith('auth:'));

/**
 * Whether somebody may disable somebody else. It gives nothing to anybody, so it asks for less than a change of power:
 * in addition to whoever they may change, an administrator can stop everybody with less administrative power than they
 * have, whatever else those hold. Never themselves, a sovereign, or somebody with as much administrative power who holds
 * more otherwise.
 */
export function refuseStop(actor: Power, target: Power): Problem | undefined {
  const refusal = refuseChange(actor, target, target);
  if (refusal?.code !== 'beyond-your-power') return refusal;
  const [own, theirs] = [administrative(actor), administrative(target)];
  return isWithin(theirs, own) && !isWithin(own, theirs) ? undefined : refusal;
}

/** Whether somebody may bring a role with these permissions into the world. */
export function refuseRole(actor: Power, permissions: readonly string[]): Problem | undefined {
  if (isWithin(permissions, actor.permissions)) return undefined;
  return problem('beyond-your-power', { detail: 'The role would hold permissions that you do not' });
}

import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { canActivateOf, isTrueLiteral, returnsOf } from '../guards.js';

/** Guards that let pass what they could not check. */
export function failsOpen({ guards }: Examined): Finding[] {
  return guards.classes.flatMap((guard) => {
    const body = canActivateOf(guard);
    const passing = (body ? returnsOf(body) : []).filter(
      (returned) => isTrueLiteral(returned) && ts.findAncestor(returned, ts.isCatchClause) !== undefined,
    );
    return passing.map((node) => ({
      rule: 'guard-fails-open',
      node,
      message: `${guard.name?.text ?? 'This guard'} lets the call pass when checking it has failed.`,
      cure: 'Let the error go on, or refuse: what cannot be checked is not allowed.',
    }));
  });
}

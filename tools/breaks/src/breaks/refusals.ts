import type { Break } from '../break.js';

const TRAIL = 'libs/platform/src/refusal-trail.ts';
const SPEC = 'libs/platform/src/refusal-trail.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'One caller cannot use up the budget of refusals of another',
    file: TRAIL,
    find: '!this.ofOneCaller.take(`${kind} ${name}`) || ',
    replace: '',
    spec: SPEC,
    test: 'hides no refusal of another user when it comes from one',
  },
  {
    rule: 'Strangers cannot use up the budget of refusals of users',
    file: TRAIL,
    find: '!this.ofAll[kind].take',
    replace: '!this.ofAll.network.take',
    spec: SPEC,
    test: 'takes nothing from the budget of users when it comes from strangers of many networks, and is counted',
  },
  {
    rule: 'A refusal over the budget is counted',
    file: TRAIL,
    find: '    count.add(refusal);\n',
    replace: '',
    spec: SPEC,
    test: 'is counted by caller, code and entrance, under the decision that each of them was given',
  },
  {
    rule: 'Counts of refusals are written before a process ends',
    file: TRAIL,
    find: 'link.beforeClose(() => trail.writeCounts());',
    replace: '',
    spec: SPEC,
    test: 'is counted to the last one when the process ends',
  },
  {
    rule: 'A refusal in the trail names the address of the client',
    file: 'apps/auth/src/audit/refusal-intake.ts',
    find: 'address: address ?? null,',
    replace: '',
    spec: 'apps/auth/src/audit/refusal-intake.spec.ts',
    test: 'are found in the trail by their decision, with the rule, the claims and the address',
  },
];

import { ALL_PERMISSIONS, ALL_ROLES } from '@citadel/contracts';
import { CLEARANCES } from '@citadel/protocol';
import fc from 'fast-check';

import type { Action } from './action.js';
import type { PowerModel } from './power-model.js';

const CUSTOM = ['clerk', 'guard', 'usher', 'envoy', 'regent'];

const user = fc.nat(11);
const role = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...CUSTOM) },
  { weight: 6, arbitrary: fc.constantFrom(...ALL_ROLES) },
  // Without some power left there would soon be nothing that anybody may do.
  { weight: 4, arbitrary: fc.constantFrom('sovereign', 'regent', 'warden') },
  { weight: 1, arbitrary: fc.constantFrom('nobody', 'constructor') },
);
const permission = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...ALL_PERMISSIONS) },
  { weight: 3, arbitrary: fc.constantFrom('*', 'auth:*', 'treasury:*', 'auth:users:*', 'treasury:vault:*') },
  { weight: 1, arbitrary: fc.constantFrom('treasury:accounts:close', 'auth:us*', '**', '') },
);
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...CUSTOM) }, fc.constantFrom('sovereign', 'warden'));
const fields = { permissions: fc.array(permission, { maxLength: 3 }), inherits: fc.array(role, { maxLength: 2 }) };

/** Something that somebody tries; who and whom by number, since ids are given later. */
export const attempt = fc.record({
  actor: fc.oneof(user, fc.nat(4)),
  /** Most of them are good; whoever has been disabled meanwhile may still have one. */
  token: fc.constantFrom('fresh', 'fresh', 'fresh', 'fresh', 'fresh', 'fresh', 'stale', 'of anybody'),
  version: fc.constantFrom(
    'any',
    'any',
    'any',
    'current',
    'current',
    'current',
    'current',
    'current',
    'stale',
    'future',
  ),
  what: fc.oneof(
    fc.record({ kind: fc.constant('set-roles' as const), target: user, roles: fc.array(role, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('set-clearance' as const),
      target: user,
      clearance: fc.constantFrom(...CLEARANCES, 'sealed' as const, 'sealed' as const),
    }),
    fc.record({ kind: fc.constantFrom('disable' as const, 'enable' as const, 'enable' as const), target: user }),
    fc.record({ kind: fc.constantFrom('create-role' as const, 'change-role' as const), name, ...fields }),
    fc.record({ kind: fc.constant('remove-role' as const), name }),
  ),
});

export type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

/** The action that an attempt is, in the state that a model is in. */
export function actionOf({ actor, token, version, what }: Attempt, model: PowerModel): Action {
  const all = [...model.users.keys()];
  const enabled = all.filter((id) => !model.users.get(id)?.isDisabled);
  const id = (index: number, ids = all) => ids[index % ids.length] ?? '';
  const actorId = id(actor, token === 'fresh' ? enabled : all);
  const { generation = 0 } = model.users.get(actorId) ?? {};
  // Of a user who has never been changed there is no older token.
  const by = { actor: actorId, generation: token === 'stale' ? Math.max(0, generation - 1) : generation };
  const named = 'target' in what ? { ...what, target: id(what.target) } : what;
  if (named.kind === 'create-role') return { ...named, ...by };
  const { version: current = 1 } =
    ('target' in named ? model.users.get(named.target) : model.roles.get(named.name)) ?? {};
  const wanted = { any: undefined, current, stale: current - 1, future: current + 1 }[version];
  return { ...named, ...by, version: wanted };
}

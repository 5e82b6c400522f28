import { MAXIMUM_KEYS } from '@citadel/auth';

import { describe, isSuccess, refusedAs } from '../answer.js';
import type { Attack, Family } from '../attack.js';

const ROTATIONS = 40;

const refused = refusedAs('rotation-too-soon', 'too-many-requests');

const crowding: Attack = {
  title: 'Rotations without end, until readers refuse the key set',
  why: 'a set that has grown too large is refused as a whole, and readers go on with the keys that were stolen',
  holds: 'a rotation waits until the last one has taken effect, and no more keys are published than readers take',
  async run({ http, official, attacker }) {
    const { accessToken: token } = await official('warden');
    const rotate = () => http('POST', '/v1/keys/rotate', { token });
    // One is what a warden may order.
    await rotate();
    const tries = [];
    for (let turn = 2; turn <= ROTATIONS; turn++) tries.push(refused(`rotation ${String(turn)}`, await rotate()));
    const published = await http('GET', '/.well-known/jwks.json');
    const { keys } = (published.body ?? {}) as { readonly keys?: unknown };
    const count = Array.isArray(keys) ? keys.length : 0;
    const before = await http('GET', '/v1/auth/me', { token: attacker.accessToken });
    return [
      ...tries,
      { at: 'the key set', answer: `${String(count)} keys`, held: count > 0 && count <= MAXIMUM_KEYS },
      { at: 'a token from before the rotations', answer: describe(before), held: isSuccess(before) },
    ];
  },
};

export const keyRing: Family = {
  name: 'key-ring',
  title: 'A key ring that is filled',
  attacks: [crowding],
};

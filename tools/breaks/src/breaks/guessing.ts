import type { Break } from '../break.js';

const SERVICE = 'apps/auth/src/users/authentication.service.ts';
const SPEC = 'apps/auth/src/users/authentication.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A device that has logged in before is counted by itself',
    file: SERVICE,
    find: 'const device = await this.trustedDevice(email, token);',
    replace: 'const device = await this.trustedDevice(email, token && undefined);',
    spec: SPEC,
    test: 'is open to its owner on a device that has logged in before, even at the address of the stranger',
  },
  {
    rule: 'A device token is good for the account that it was given for',
    file: 'apps/auth/src/attempts/device-tokens.ts',
    find: '.update(payload).update(email)',
    replace: '.update(payload)',
    spec: SPEC,
    test: 'is not known by a token %s, and the login goes on without it',
  },
  {
    rule: 'Ten wrong passwords end a device',
    file: 'apps/auth/src/attempts/attempt-limits.ts',
    find: 'free: 9,',
    replace: 'free: 9_000,',
    spec: SPEC,
    test: 'has ten guesses of its own, and is a stranger after them, for good',
  },
  {
    rule: 'A login forgives no attempt but its own',
    file: 'apps/auth/src/attempts/attempts.service.ts',
    find: 'GREATEST(attempts.failures - 1, 0)',
    replace: '0',
    spec: SPEC,
    test: 'do not change when the owner logs in meanwhile, at a new device or at a known one',
  },
  {
    rule: 'Guesses are counted for the IPv6 site too',
    file: 'apps/auth/src/attempts/attempt-limits.ts',
    find: '[limit(`site:${site}`, 200, 60)]',
    replace: '[]',
    spec: SPEC,
    test: 'is slowed down from one IPv6 site, whichever of its networks and accounts it uses',
  },
  {
    rule: 'No refusal says when the next turn at an account is free',
    file: 'apps/auth/src/attempts/attempts.service.ts',
    find: 'return hidesItsEnd ? randomInt(longest, longest + 30) : ',
    replace: 'return ',
    spec: 'apps/auth/src/attempts/attempts.service.spec.ts',
    test: 'learn nothing of when the next turn is free where a limit hides it',
  },
];

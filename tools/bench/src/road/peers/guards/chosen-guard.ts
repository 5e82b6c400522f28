import type { CanActivate, Type } from '@nestjs/common';

import type { PeerSettings } from '../settings.js';

interface ChosenGuard {
  readonly guard: Type<CanActivate> | CanActivate;
  readonly cookie?: string;
}

/** Loads no other guard than the one that is asked for. */
export async function chosenGuard(name: PeerSettings['guard']): Promise<ChosenGuard> {
  switch (name) {
    case undefined:
      return { guard: { canActivate: () => true } };
    case 'introspection':
      return { guard: (await import('./introspection.guard.js')).IntrospectionGuard };
    case 'session':
      return { guard: (await import('./session.guard.js')).SessionGuard };
    case 'better-auth': {
      const { BetterAuthGuard, signUp } = await import('./better-auth.guard.js');
      return { guard: BetterAuthGuard, cookie: await signUp() };
    }
  }
}

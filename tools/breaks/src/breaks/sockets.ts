import type { Break } from '../break.js';

const spec = 'libs/auth/src/sockets.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'A public handler of a socket knows no user',
    file: 'libs/auth/src/current-user.decorator.ts',
    find: 'if (!user || isPublic(rulesOf(context.getHandler(), context.getClass())))',
    replace: 'if (!user)',
    spec,
    test: 'has no principal on a public handler, nor once the token of the socket is revoked',
  },
  {
    rule: 'Gateways answer with problems',
    file: 'libs/auth/src/access/handler-binding.ts',
    find: 'prepend(FILTERS, BoundFilter, metatype);',
    replace: '',
    spec,
    test: 'answers with a good token, and refuses without one and without the permission',
  },
  {
    rule: 'Two Authorization headers are no credential',
    file: 'libs/auth/src/carrier.ts',
    find: 'if (all && all.length > 1) return undefined;',
    replace: '',
    spec,
    test: 'are not a credential, even if one of them is valid',
  },
];

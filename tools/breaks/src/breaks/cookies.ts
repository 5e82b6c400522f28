import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'The refresh token is read from a cookie that no sibling domain can set',
    file: 'apps/gateway/src/credentials/cookies.ts',
    find: "REFRESH_COOKIE = '__Host-citadel-refresh'",
    replace: "REFRESH_COOKIE = '__Secure-citadel-refresh'",
    spec: 'test/cookies.spec.ts',
    test: 'ignores the cookie of an earlier version, which a sibling domain can set, and removes it at the next login',
  },
];

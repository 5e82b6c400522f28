import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'A password of the calendar, the product or the keyboard is refused',
    file: 'apps/auth/src/passwords/password-policy.ts',
    find: 'isPredictable(password, ownWords) ||',
    replace: '',
    spec: 'apps/auth/src/passwords/password-policy.spec.ts',
    test: 'refuses %s, and says why',
  },
  {
    rule: 'CORS_ORIGINS takes https origins alone',
    file: 'apps/gateway/src/gateway.config.ts',
    find: "text.startsWith('https://') && new URL(text).origin === text",
    replace: 'new URL(text).origin === text',
    spec: 'apps/gateway/src/gateway.config.spec.ts',
    test: 'refuses %s',
  },
];

import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'A login with a password that was changed meanwhile opens no session',
    file: 'apps/auth/src/sessions/open-session.ts',
    find: ' AND password_hash = ${passwordHash}',
    replace: '',
    spec: 'apps/auth/src/sessions/session-races.spec.ts',
    test: 'leaves no session that the old password opened (%s)',
  },
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
  {
    rule: 'Those who wait for the judgement of their password are bounded',
    file: 'apps/auth/src/passwords/password-policy.ts',
    find: 'maxQueue: LONGEST_QUEUE',
    replace: 'maxQueue: Infinity',
    spec: 'apps/auth/src/passwords/password-policy.spec.ts',
    test: 'queues sixty-four; one more is refused with service-unavailable',
  },
  {
    rule: 'A password that could not be judged is not accepted',
    file: 'apps/auth/src/passwords/password-policy.ts',
    find: "throw problem('service-unavailable', {",
    replace: "return 4;\n      throw problem('service-unavailable', {",
    spec: 'apps/auth/src/passwords/password-policy.spec.ts',
    test: 'accepts nothing when the thread ends before it has judged, and goes on with a new one',
  },
];

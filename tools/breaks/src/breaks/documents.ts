import type { Break } from '../break.js';

export const breaks: readonly Break[] = [
  {
    rule: 'The OpenAPI document says that a stale login is refused',
    file: 'apps/gateway/src/openapi/openapi.ts',
    find: "...(recentLogin === undefined ? [] : (['insufficient-user-authentication'] as const)),",
    replace: '',
    spec: 'apps/gateway/src/openapi/openapi.spec.ts',
    test: '%s says what a body is refused with, and what its rules refuse with',
  },
  {
    rule: 'A stranger does not learn what the gateway lacks',
    file: 'apps/gateway/src/health/health.controller.ts',
    find: '    return { ready };\n',
    replace: '    return { ready, checks } as { ready: boolean };\n',
    spec: 'apps/gateway/src/http/limits.spec.ts',
    test: 'lives, is not ready, and shows its documentation',
  },
];

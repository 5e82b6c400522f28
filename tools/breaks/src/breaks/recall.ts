import type { Break } from '../break.js';

const VERIFIER = 'libs/auth/src/token/token-verifier.ts';
const CACHE = 'libs/auth/src/token/token-cache.ts';
const model = {
  spec: 'libs/auth/src/token/recall.model.spec.ts',
  test: 'says of every token, whatever happens in whatever order, what one says that remembers none, and what is right',
};

export const breaks: readonly Break[] = [
  {
    rule: 'A token that is remembered expires',
    file: VERIFIER,
    find: 'now < principal.expiresAt.getTime() + this.options.clockTolerance * 1000;',
    replace: 'now < Infinity;',
    ...model,
  },
  {
    rule: 'A token that is remembered is refused while the clock says that it has not begun',
    file: VERIFIER,
    find: 'now >= verifiedAt &&',
    replace: 'verifiedAt > 0 &&',
    ...model,
  },
  {
    rule: 'A token that is remembered is refused when its key is gone',
    file: VERIFIER,
    find: 'current !== undefined &&',
    replace: 'current === undefined ||',
    ...model,
  },
  {
    rule: 'A token that is remembered is refused when its key id means another key',
    file: VERIFIER,
    find: ' && current.key.equals(key.key)',
    replace: '',
    ...model,
  },
  {
    rule: 'A token that is remembered is refused when its key is for another algorithm',
    file: VERIFIER,
    find: 'current.alg === key.alg && ',
    replace: '',
    ...model,
  },
  {
    rule: 'No token is answered from memory while keys or revocations are unknown',
    file: VERIFIER,
    find: 'recall(token: string): Principal | undefined {\n    this.requireReadiness();',
    replace:
      'recall(token: string): Principal | undefined {\n    if (!this.cache.find(token)) this.requireReadiness();',
    ...model,
  },
  {
    rule: 'A token is remembered with its signature',
    file: CACHE,
    find: "hash('sha256', token, 'base64');",
    replace: "hash('sha256', token.slice(0, token.lastIndexOf('.')), 'base64');",
    ...model,
  },
  {
    rule: 'A token is remembered with its claims',
    file: CACHE,
    find: "hash('sha256', token, 'base64');",
    replace: "hash('sha256', token.split('.')[2] ?? '', 'base64');",
    ...model,
  },
  {
    rule: 'A token that one service remembers is unknown to another',
    file: CACHE,
    find: 'private readonly verified = new Map<string, VerifiedToken>();',
    replace:
      'private static readonly shared = new Map<string, VerifiedToken>();\n  private readonly verified = TokenCache.shared;',
    ...model,
  },
];

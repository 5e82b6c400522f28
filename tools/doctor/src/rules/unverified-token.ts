import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { isMethod } from '../guards.js';
import { within } from '../names.js';
import { isJwtService, JSONWEBTOKEN } from '../tokens.js';

/** Guards that read a token without checking who signed it. */
export function unverifiedToken({ guards, names }: Examined): Finding[] {
  return guards.classes.flatMap((guard) => {
    const calls = within(guard, ts.isCallExpression);
    const verifies =
      calls.some(({ expression }) => /verif|super\.canActivate/i.test(expression.getText())) ||
      /AuthGuard/.test(guard.heritageClauses?.[0]?.getText() ?? '');
    if (verifies) return [];
    const decoding = calls.filter(
      (call) =>
        names.is(call.expression, JSONWEBTOKEN, 'decode') ||
        names.is(call.expression, /^jwt-decode$/, 'jwtDecode', 'default', 'jwt_decode') ||
        names.is(call.expression, /^jose$/, 'decodeJwt') ||
        (isMethod(call, 'decode') && isJwtService(call, names)),
    );
    return decoding.map((node) => ({
      rule: 'unverified-token',
      node,
      message: `${guard.name?.text ?? 'This guard'} decodes a token and never verifies it: anyone can write one.`,
      cure: 'Verify it: signature, algorithm, issuer, audience and expiry (RFC 8725 §3).',
    }));
  });
}

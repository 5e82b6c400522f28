import ts from 'typescript';

import type { Examined, Finding } from '../finding.js';
import { nameText, within } from '../names.js';
import { tokenUses } from '../tokens.js';

/** Verification that leaves the choice of the algorithm to the token or to the library (RFC 8725 §3.1). */
export function unpinnedAlgorithms({ application, names }: Examined): Finding[] {
  const uses = tokenUses(application, names);
  const arePinnedByModule = uses.some(
    ({ what, options, hasUnreadableOptions }) =>
      what === 'JwtModule' && (hasUnreadableOptions || names.property(options, 'algorithms') !== undefined),
  );
  return uses
    .filter(({ verifies, hasUnreadableOptions }) => verifies && !hasUnreadableOptions)
    .filter(({ options }) => names.property(options, 'algorithms') === undefined)
    .filter(({ what }) => what !== 'JwtService' || !arePinnedByModule)
    .map(({ node, what }) => ({
      rule: 'unpinned-algorithms',
      node,
      message: `Tokens are verified by ${what} with whatever algorithm fits the key (RFC 8725 §3.1).`,
      cure: "Name the algorithms that you issue, and no others: algorithms: ['ES256'].",
    }));
}

/** Tokens that are good forever. */
export function ignoredExpiry({ application, names }: Examined): Finding[] {
  const properties = application.parts.flatMap((part) => within(part, ts.isPropertyAssignment));
  return [...new Set(properties)]
    .filter(({ name }) => nameText(name) === 'ignoreExpiration')
    .filter(({ initializer }) => names.value(initializer).kind === ts.SyntaxKind.TrueKeyword)
    .map((node) => ({
      rule: 'ignored-expiry',
      node,
      message: 'Tokens are accepted after they have expired: one that is lost stays valid forever.',
      cure: 'Leave ignoreExpiration out, and let clients refresh.',
    }));
}

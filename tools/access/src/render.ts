import { ALL_ROLES } from '@citadel/contracts';
import type { RequiredAccess } from '@citadel/protocol';

import type { MatrixRow } from './matrix.js';

/** The matrix for people. */
export function renderMarkdown(rows: readonly MatrixRow[]): string {
  const head = ['Operation', 'HTTP', 'Decided by', 'anonymous', ...ALL_ROLES];
  const body = rows.map((row) => [
    `\`${row.operation}\``,
    `\`${row.http}\``,
    describe(row.requires),
    row.anonymous ? '✓' : '',
    ...ALL_ROLES.map((role) => (row.roles[role] ? '✓' : '')),
  ]);
  const lines = [head, head.map((_, index) => (index > 2 ? ':-:' : '---')), ...body].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return `# Access matrix

Written by \`npm run access-matrix\` from the decorators of all services; \`npm run access-matrix:check\` fails when it is stale, so a widened door shows in review.
Whose account, document or session it is, clearances, and the rules against escalation are decided beyond this table, in the services.

${lines.join('\n')}
`;
}

/** The matrix for machines. */
export const renderJson = (rows: readonly MatrixRow[]): string => `${JSON.stringify(rows, null, 2)}\n`;

/** The table that the gateway documents with and that explanations are made of. */
export function renderTable(rows: readonly MatrixRow[]): string {
  const entries = rows.map(({ operation, requires }) => `${JSON.stringify(operation)}: ${JSON.stringify(requires)},`);
  return `import type { RequiredAccess } from '@citadel/protocol';

// Written by \`npm run access-matrix\` from the decorators of all services. A diff here changes who may do something.
export const ACCESS_TABLE: Readonly<Record<string, RequiredAccess>> = {
${entries.join('\n')}
};
`;
}

function describe({ public: isPublic, permissions = [], roles = [], clearance, recentLogin }: RequiredAccess): string {
  if (isPublic) return 'public';
  const parts = [
    ...permissions.map((permission) => `\`${permission}\``),
    ...(roles.length > 0 ? [`role ${roles.join(' or ')}`] : []),
    ...(clearance === undefined ? [] : [`clearance ${clearance}`]),
    ...(recentLogin === undefined ? [] : [`login within ${String(recentLogin / 60)} min`]),
  ];
  return parts.length > 0 ? parts.join(', ') : 'authenticated';
}

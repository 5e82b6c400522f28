/** The credentials that are tried in every state, and what became of each. */
const CREDENTIALS = ['good', 'unseen', 'revoked', 'expired', 'forged'] as const;
export type Credential = (typeof CREDENTIALS)[number];
export type Tokens = Readonly<Record<Credential, string>>;

/** None of these is ever granted, whatever is away. */
export const NEVER: readonly Credential[] = ['revoked', 'expired', 'forged'];

/** A dependency in a state, how it was brought into it, and what was found. */
export interface Cell {
  readonly dependency: string;
  readonly state: string;
  readonly produced: string;
  readonly outcomes: Readonly<Record<Credential, string>>;
  readonly meanwhile: string;
}

export interface Asked {
  readonly status: number;
  readonly code?: unknown;
}

/** What a status means to whoever asked. */
export function outcomeOf({ status, code }: Asked): string {
  if (status < 300) return 'granted';
  if (status === 401 && code === 'unauthenticated') return 'denied: 401';
  if (status === 503 && code === 'service-unavailable') return 'not served: 503';
  if (status === 504 && code === 'timeout') return 'not served: 504';
  return `failed: ${String(status)} ${String(code)}`;
}

/** Tries all credentials, one after the other: the order is the same in every run. */
export async function outcomes(tokens: Tokens, ask: (token: string) => Promise<Asked>): Promise<Cell['outcomes']> {
  const found: Partial<Record<Credential, string>> = {};
  for (const credential of CREDENTIALS) found[credential] = outcomeOf(await ask(tokens[credential]));
  // Each credential was asked in the loop above.
  return found as Cell['outcomes'];
}

const HEADING = `# What happens when something fails

Written by \`test/failure-table.spec.ts\` from what it found: do not edit, run \`npm run failure-table\`. Each row is a
dependency in a state; each was tried with a good token that the services have seen before, a good one that they have
not, and a revoked, an expired and a forged one. The rows of PostgreSQL and NATS are a whole stack, asked over HTTPS for
the accounts of the treasury. The others are an application behind \`AuthModule\` with a source or clock that fails.

No row grants what the row of health denies: the test refuses to write such a table.

`;

const FOOTING = `
What the table cannot show:

- A list of revocations that is cut off is trusted for 30 seconds (\`maximumRevocationAge\`). A token that is revoked in
  that time works at whoever is cut off, until the connection is back or the 30 seconds are over. What was revoked before
  stays refused. The administrator is told: the revocation answers 503 when it could not be published.
- A key source is the root of trust: who can publish keys in the issuer's name can make tokens. A set is refused when it
  is unsound, not when it is somebody else's.
- If the clocks of _all_ machines are behind, an expired token works for as long as they are. One right clock on the way,
  the gateway's or the service's, is enough to refuse it. Revocation needs no clock.
`;

export function render(cells: readonly Cell[]): string {
  const rows = [
    ['dependency', 'state', 'how', 'good, seen', 'good, unseen', 'revoked', 'expired', 'forged', 'meanwhile'],
    ...cells.map(({ dependency, state, produced, outcomes: found, meanwhile }) => [
      dependency,
      state,
      produced,
      ...CREDENTIALS.map((credential) => found[credential]),
      meanwhile,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[], filler = ' ') =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`;
  const [heads = [], ...rest] = rows;
  const rule = line(
    heads.map(() => ''),
    '-',
  );
  return `${HEADING}${[line(heads), rule, ...rest.map((row) => line(row))].join('\n')}\n${FOOTING}`;
}

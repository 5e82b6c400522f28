import { readFileSync, writeFileSync } from 'node:fs';

import { clockCells } from './failures/clocks.js';
import { natsCells, postgresCells } from './failures/servers.js';
import { keySourceCells, revocationFeedCells } from './failures/sources.js';
import { StackUnderFault } from './failures/stack-under-fault.js';
import { type Cell, NEVER, render } from './failures/table.js';
import { startOwnStack, type Stack } from './stack/stack.js';

const FILE = `${import.meta.dirname}/../docs/failure-table.md`;
const STATES = ['healthy', 'down', 'slow', 'stale', 'wrong'];

let own: Stack;
const cells: Cell[] = [];
beforeAll(async () => {
  const starting = startOwnStack({ serviceSettings: { gateway: { CALL_TIMEOUT_MS: '1000' } } });
  cells.push(...(await keySourceCells()), ...(await revocationFeedCells()), ...(await clockCells()));
  own = await starting;
  const whole = await StackUnderFault.of(own);
  cells.push(...(await postgresCells(whole)), ...(await natsCells(whole)));
}, 180_000);
afterAll(() => own?.discard(), 60_000);

const grants = ({ outcomes }: Cell) => NEVER.filter((credential) => outcomes[credential] === 'granted');
const nameOf = ({ dependency, state, produced }: Cell) => `${dependency} ${state} (${produced})`;

describe('a dependency that fails', () => {
  it('never makes anybody grant what would be denied in health', () => {
    expect(cells.filter((cell) => grants(cell).length > 0).map(nameOf)).toEqual([]);
  });

  it('serves good tokens in health, so that the other rows mean something', () => {
    const healthy = cells.filter(({ state }) => state === 'healthy');
    expect(healthy.map(({ outcomes }) => [outcomes.good, outcomes.unseen])).toEqual(
      healthy.map(() => ['granted', 'granted']),
    );
  });

  it('was seen down, slow, stale and wrong', () => {
    const seen = new Set(cells.map(({ dependency, state }) => `${dependency}: ${state}`));
    const dependencies = [...new Set(cells.map(({ dependency }) => dependency))];
    const wanted = dependencies.flatMap((name) => STATES.map((state) => `${name}: ${state}`));
    expect(dependencies).toHaveLength(5);
    expect(wanted.filter((one) => !seen.has(one))).toEqual(['NATS: healthy']);
  });

  it('does what docs/failure-table.md says (if it should do something else, run `npm run failure-table`)', () => {
    const found = render(cells);
    if (process.env.UPDATE_FAILURE_TABLE && cells.every((cell) => grants(cell).length === 0))
      writeFileSync(FILE, found);
    expect(found).toBe(readFileSync(FILE, 'utf8'));
  });
});

import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';

import { blocksOf, commandsOf } from '../../tools/lint/command-blocks.js';
import { Clone, environment, isListening, portsOf, processesOf } from './clone.js';
import { addEndpoint } from './four-steps.js';
import { Shell } from './shell.js';

const [start, ...others] = commandsOf('README.md');
const tour = others.slice(0, -2);
const [generators, matrix] = others.slice(-2);

/** What each block of the tour has to show, in README's order. */
const SHOWN: readonly RegExp[] = [
  /201 Created[^]*"balance": 0[^]*201 Created[^]*"title": "Deed"/,
  /201 Created[^]*"access": "read"[^]*200 OK[^]*"isMatch": true/,
  /403 Forbidden[^]*"code": "missing-permission"/,
  /403 Forbidden\s*$/,
  /200 OK[^]*"isAllowed": false/,
  /204 No Content[^]*401 Unauthorized[^]*"code": "unauthenticated"/,
];

const shells = ['bash', 'zsh'].filter((shell) => {
  try {
    return execFileSync(shell, ['-c', 'echo here'], { encoding: 'utf8' }) === 'here\n';
  } catch {
    return false;
  }
});

const answered = (pattern: RegExp) => expect.objectContaining({ output: expect.stringMatching(pattern) }) as object;
const served = answered(/200 OK/);
const forbidden = answered(/403 Forbidden[^]*"code": "missing-permission"/);

const PATIENCE_MS = 10 * 60_000;
let clone: Clone;
const blockers: Server[] = [];
let welcome = '';

beforeAll(async () => {
  // Whoever has NATS or PostgreSQL at work already; if the port is taken for real, all the better.
  for (const port of [4222, 5432]) {
    const server = createServer();
    blockers.push(server);
    await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(port, '127.0.0.1', resolve));
  }
  clone = new Clone();
  welcome = await clone.start();
}, PATIENCE_MS);

afterAll(async () => {
  for (const server of blockers) server.close();
  await clone?.remove();
}, PATIENCE_MS);

describe('README', () => {
  it('has a tour of as many blocks as are looked at here', () => {
    expect(start?.text).toBe('npm start\n');
    expect(tour).toHaveLength(SHOWN.length);
    expect(generators?.text).toContain('npm run new:operation -- treasury renameAccount\n');
    expect(matrix?.text).toBe('npm run access-matrix\n');
  });
});

describe('npm start in a fresh clone', () => {
  it('says where everything is, and shows no password', () => {
    const { gateway, users } = clone.describe();
    expect(welcome).toContain(gateway);
    for (const { password } of users) expect(welcome).not.toContain(password);
  });

  it('leaves ports alone that others have', () => {
    expect(portsOf(clone.describe()).filter((port) => port === 4222 || port === 5432)).toEqual([]);
  });
});

describe.each(shells)('the tour, pasted into %s', (program) => {
  let shell: Shell;
  beforeAll(() => void (shell = new Shell(program, { cwd: clone.folder, env: environment })));
  afterAll(() => shell?.close());

  it.each(tour.map((block, index) => [block.line, block.text, SHOWN[index]] as const))(
    'shows at line %i of README what it promises',
    async (_, text, shown) => {
      let output = await shell.paste(text);
      // A refusal takes a moment to reach the trail, as README says.
      for (let tries = 0; output.includes('404 Not Found') && tries < 20; tries += 1) output = await shell.paste(text);
      expect(output).toMatch(shown ?? /never/);
    },
    60_000,
  );

  it('answers with the members that README shows', async () => {
    const refused = tour.find(({ text }) => text.startsWith('npm run -s call scribe POST'));
    const refusal = await shell.paste(refused?.text ?? '');
    const [, sample = '{}'] = blocksOf('README.md')
      .filter(({ language }) => language === 'json')
      .map(({ text }) => text);
    // The samples of README are objects.
    for (const [member, value] of Object.entries(JSON.parse(sample) as object)) {
      expect(refusal).toContain(`"${member}": ${member === 'decision' ? '' : JSON.stringify(value)}`);
    }
  });
});

describe('Ctrl-C', () => {
  it('stops everything and leaves no process and no port behind', async () => {
    const stack = clone.describe();
    const said = await clone.interrupt();
    expect(said).toContain('Everything is stopped');
    expect(
      processesOf(
        clone.folder,
        stack.processes.map(({ pid }) => pid),
      ),
    ).toEqual([]);
    expect(await Promise.all(portsOf(stack).map(isListening))).not.toContain(true);
  }, 60_000);
});

describe('an endpoint added by hand, and an operation and a service made by commands', () => {
  it(
    'build, and stand in the access matrix',
    async () => {
      addEndpoint(clone.folder, blocksOf('README.md'));
      for (const block of [generators, matrix]) {
        const { status, output } = await clone.run('sh', ['-ec', block?.text ?? '']);
        expect([status, status === 0 ? '' : output]).toEqual([0, '']);
      }
      const { output } = await clone.run('git', ['diff', '--unified=0', 'docs/access-matrix.json']);
      expect(output.match(/(?<="operation": ")[\w.-]+/g)).toEqual([
        'treasury.findCirculation',
        'treasury.renameAccount',
        'war-chest.countCoins',
      ]);
    },
    PATIENCE_MS,
  );

  it.each([
    [
      'their own specs and the comparison with the register',
      ['run', '-s', 'test:unit', '--', 'apps/(treasury/src/(accounts|rename-account)|war-chest)', 'tools/new'],
    ],
    ['the house rules', ['exec', '--', 'eslint', 'apps/treasury', 'apps/war-chest', 'libs/contracts']],
    ['the search for what nothing uses', ['run', '-s', 'lint:unused']],
    ['the siege', ['run', '-s', 'siege', '--', 'bola']],
  ])(
    'pass %s',
    async (_, parameters) => {
      const { status, output } = await clone.run('npm', parameters);
      expect([status, status === 0 ? '' : output]).toEqual([0, '']);
    },
    PATIENCE_MS,
  );
});

describe('npm run dev', () => {
  it('serves an edit after a restart of the one service that it is in, serves what is new to those who may, and ends with Ctrl-C', async () => {
    await clone.start('npm run dev');
    await clone.said(/Watching apps\/ and libs\//);
    clone.edit('apps/treasury/src/accounts/accounts.service.ts', 'amount: Number(-balance)', 'amount: 4711');
    await clone.said(/Restarted treasury in/);
    const circulation = ['run', '-s', 'call', 'treasurer', 'GET', '/v1/treasury/circulation/EUR', '.amount'];
    await expect(clone.run('npm', circulation)).resolves.toMatchObject({ output: expect.stringContaining('4711') });
    for (const [operation, allowed, refused] of [
      ['POST /v1/war-chest/count-coins', ['sovereign'], ['treasurer', 'citizen']],
      ['POST /v1/treasury/rename-account', ['sovereign', 'treasurer'], ['teller', 'citizen']],
      ['GET /v1/treasury/circulation/EUR', ['teller', 'auditor'], ['scribe', 'citizen']],
    ] as const) {
      const call = (role: string) => clone.run('npm', ['run', '-s', 'call', role, ...operation.split(' ')]);
      for (const role of allowed) expect([operation, role, await call(role)]).toEqual([operation, role, served]);
      for (const role of refused) expect([operation, role, await call(role)]).toEqual([operation, role, forbidden]);
    }
    await expect(clone.interrupt()).resolves.toContain('Everything is stopped');
  }, 180_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const GUARD = pathToFileURL(path.resolve(import.meta.dirname, '../bootstrap/guarded-run.js')).href;
const LIMITS = { start: 60_000, suite: 60_000, end: 60_000, stop: 10_000 };

/** A server that a test starts: it holds a connection to the spec, whose end is its own. */
const server = (port: number) => `
  const { spawn } = require('node:child_process');
  const source = "require('node:net').connect(${String(port)}, '127.0.0.1')";
  spawn(process.execPath, ['-e', source], { stdio: 'ignore' }).unref();`;
const report = (progress: object) => `process.send(${JSON.stringify(progress)});`;
/** Ends as soon as the spec has seen the server. */
const endWhenItRuns = (port: number) => `
  require('node:net').connect(${String(port)}, '127.0.0.1').on('data', () => process.exit(0)).write('over?');`;

let lookout: Server;
let port: number;
let folder: string;
/** Connections of servers that a run has started. */
let servers: Socket[];
let asked: Socket | undefined;
let guard: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'guarded-'));
  servers = [];
  asked = undefined;
  lookout = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      servers.splice(servers.indexOf(socket), 1);
      asked = socket;
      answer();
    });
    servers.push(socket);
    lookout.emit('server');
    answer();
  });
  lookout.listen(0, '127.0.0.1');
  await once(lookout, 'listening');
  ({ port } = lookout.address() as { port: number });
});
afterEach(async () => {
  if (guard?.exitCode === null) guard.kill('SIGKILL');
  for (const socket of [...servers, ...(asked ? [asked] : [])]) socket.destroy();
  await new Promise((resolve) => lookout.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function answer() {
  if (asked && servers.length > 0) asked.write('over');
}

/** Runs a program in the way that tests are run. */
function run(program: string, limits: Partial<typeof LIMITS> = {}) {
  const source = `
    import { guardedRun } from ${JSON.stringify(GUARD)};
    process.exit(await guardedRun(['-e', ${JSON.stringify(program)}], { limits: ${JSON.stringify({ ...LIMITS, ...limits })} }));`;
  const started = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  guard = started;
  let said = '';
  started.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const ended = once(started, 'close').then(([status, signal]: unknown[]) => ({ status: status ?? signal, said }));
  return { guard: started, ended };
}

const serverRuns = async () => servers.length > 0 || (await once(lookout, 'server'));
/** Resolves when the process at the other end is gone. */
const serverIsGone = async () => {
  const [socket] = servers;
  if (socket && !socket.closed) await once(socket.resume(), 'close');
};

describe('a guarded run', () => {
  it.each([0, 3])('ends with the status of its program (%s) when nothing is left running', async (status) => {
    expect((await run(`process.exit(${String(status)})`).ended).status).toBe(status);
  });

  it('fails although its tests pass when they leave a server, names the server and ends it', async () => {
    const { status, said } = await run(`${server(port)} ${endWhenItRuns(port)}`).ended;
    await serverIsGone();
    expect(status).toBe(1);
    expect(said).toMatch(/Left running by the tests, and ended: \d+ .*node .*net/);
  });

  it('fails when all tests have reported and their process lives on', async () => {
    const { status, said } = await run(`${report({ isComplete: true })} setInterval(() => {}, 1000)`, { end: 50 })
      .ended;
    expect(status).toBe(1);
    expect(said).toMatch(/The tests have ended, but their process lives on/);
  });

  it('fails when a suite never ends, with the name of the suite', async () => {
    const program = `${report({ began: 'a.spec.ts' })} ${report({ ended: 'a.spec.ts' })} ${report({ began: 'b.spec.ts' })} for (;;);`;
    const { status, said } = await run(program, { suite: 500 }).ended;
    expect(status).toBe(1);
    expect(said).toMatch(/No suite has ended for 0.5 s. Running: b\.spec\.ts; the run is ended/);
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('takes everything along when it is ended by %s', async (signal, expected) => {
    const { guard: one, ended } = run(`${server(port)} setInterval(() => {}, 1000)`);
    await serverRuns();
    one.kill(signal);
    expect((await ended).status).toBe(expected);
    await serverIsGone();
  });

  it('takes everything along when it is killed', async () => {
    const { guard: one, ended } = run(`${server(port)} setInterval(() => {}, 1000)`);
    await serverRuns();
    one.kill('SIGKILL');
    expect((await ended).status).toBe('SIGKILL');
    await serverIsGone();
  });

  it('deletes its temporary files when it succeeds, and those of runs that were killed', async () => {
    mkdirSync(path.join(folder, 'citadel-test-999999999-killed'));
    await run(`require('node:fs').writeFileSync(process.env.TMPDIR + '/file', '')`).ended;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps its temporary files when it fails, and says where', async () => {
    const { said } = await run(`require('node:fs').writeFileSync(process.env.TMPDIR + '/file', ''); process.exit(1)`)
      .ended;
    const [kept = ''] = readdirSync(folder);
    expect(readdirSync(path.join(folder, kept))).toEqual(['file']);
    expect(said).toContain(path.join(folder, kept));
  });
});

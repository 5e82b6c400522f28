import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import config from '../../jest.config.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Runs one suite as the project runs its own. @returns what Jest prints, and its status */
async function run(suite: string): Promise<{ status: number | null; output: string }> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'leaky-')));
  writeFileSync(path.join(folder, 'suite.spec.js'), suite);
  // With a single suite there would be no worker.
  writeFileSync(path.join(folder, 'other.spec.js'), `test('passes', () => undefined)`);
  const [project] = config.projects;
  const inner = {
    rootDir: ROOT,
    roots: [folder],
    runtime: '<rootDir>/test/run/suite-runtime.js',
    testEnvironment: '<rootDir>/test/run/suite-environment.ts',
    transform: project?.transform,
    cacheDirectory: project?.cacheDirectory,
    testEnvironmentOptions: { patience: 1_000 },
  };
  const parameters = [
    path.join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--config',
    JSON.stringify(inner),
    '--forceExit',
    '--maxWorkers=2',
  ];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, parameters, { cwd: ROOT }, (_, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      resolve({ status: child.exitCode, output: `${stdout}${stderr}` });
    });
  });
}

describe('the environment of a suite', () => {
  it('fails a suite that leaves something open, names each thing and ends it', async () => {
    const { status, output } = await run(`
      const { spawn } = require('node:child_process');
      test('passes', async () => {
        spawn('sleep', ['600'], { stdio: 'ignore' });
        const server = require('node:net').createServer().listen(0, '127.0.0.1');
        await new Promise((resolve) => server.once('listening', resolve));
        setInterval(() => undefined, 1_000);
        require('node:fs').mkdtempSync(require('node:os').tmpdir() + '/forgotten-');
      });`);
    expect(status).toBe(1);
    expect(output).toMatch(/suite\.spec\.js/);
    expect(output).toMatch(
      /This suite leaves behind: .*process \d+ \(sleep 600\).*server on port \d+.*temporary file forgotten-/,
    );
    expect(output).toMatch(/suite\.spec\.js leaves 1 timers running/);
    expect(output).toMatch(/Tests: +2 passed, 2 total/);
  });

  it('lets a suite pass that closes what it opened, if only in its last hook', async () => {
    const { status, output } = await run(`
      const server = require('node:net').createServer();
      const folder = require('node:fs').mkdtempSync(require('node:os').tmpdir() + '/used-');
      beforeAll((done) => void server.listen(0, '127.0.0.1', done));
      afterAll(() => {
        server.close();
        require('node:fs').rmSync(folder, { recursive: true });
      });
      test('passes', () => undefined);`);
    expect([status, output]).toEqual([0, expect.stringMatching(/Tests: +2 passed, 2 total/)]);
  });
});

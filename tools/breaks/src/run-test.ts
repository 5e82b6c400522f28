import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Break } from './break.js';

type Outcome = 'passes' | 'fails' | 'does not run';

/** What Jest writes with --json. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

const MINUTE_MS = 60_000;

/** Runs the one test of a break in a tree. It has five minutes: a break may well make it wait forever. */
export async function runTest(tree: string, { spec, test }: Break): Promise<Outcome> {
  // Stories start what is built. What does not fit the types is built all the same.
  if (spec.startsWith('test/')) await run(tree, ['node_modules/typescript/bin/tsc', '-b']);
  const outputFile = path.join(tree, 'results.json');
  rmSync(outputFile, { force: true });
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'];
  const one = ['--runTestsByPath', suiteOf(spec), '--testNamePattern', patternOf(test)];
  await run(tree, [...jest, ...one, '--forceExit', '--json', '--outputFile', outputFile]);
  return outcomeOf(outputFile);
}

async function run(cwd: string, parameters: readonly string[]): Promise<void> {
  const limits = { timeout: 5 * MINUTE_MS, killSignal: 'SIGKILL' } as const;
  await once(spawn(process.execPath, parameters, { cwd, stdio: 'ignore', ...limits }), 'exit');
}

/** A part of a story is run by the spec that is named like its folder. */
function suiteOf(spec: string): string {
  return spec.endsWith('.spec.ts') ? spec : `${path.dirname(spec)}.spec.ts`;
}

/** Placeholders of a table stand for anything. */
export function patternOf(test: string): string {
  return test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[a-z]|\\\$\w+/g, '.*');
}

function outcomeOf(file: string): Outcome {
  try {
    // Jest's own file, see Results.
    const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
    if (results.numFailedTests > 0) return 'fails';
    return results.numPassedTests > 0 ? 'passes' : 'does not run';
  } catch {
    // Ended by the time limit, or before Jest could write.
    return 'does not run';
  }
}

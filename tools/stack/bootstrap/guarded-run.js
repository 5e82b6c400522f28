// @ts-check
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';

/** @typedef {{ began?: string, ended?: string, isComplete?: boolean }} Progress what a run reports over its channel */

/**
 * @typedef {object} Limits in milliseconds
 * @property {number} start longest time until the first suite begins
 * @property {number} suite longest time in which no suite begins or ends
 * @property {number} end longest time from the last result to the end of the process
 * @property {number} stop longest time for processes to end in order
 */

/** @type {Limits} */
const LIMITS = { start: 300_000, suite: 300_000, end: 60_000, stop: 10_000 };
/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PREFIX = 'citadel-test-';

/**
 * Runs tests so that the run ends, whatever becomes of it: with every process that it started, and with a status other
 * than 0 if there was something to end. Its temporary files are in a folder of its own, which goes when it succeeds.
 *
 * @param {readonly string[]} parameters of Node.js
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, limits?: Limits }} [options]
 * @returns {Promise<number>} the status to exit with
 */
export async function guardedRun(parameters, { env = process.env, cwd, limits = LIMITS } = {}) {
  removeFormerRuns();
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  // PostgreSQL never runs as root; the user that it then runs as must be able to pass.
  chmodSync(folder, 0o711);
  const child = spawn(process.execPath, parameters, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env, TMPDIR: folder },
    // A group of its own, in which all can be found and ended; what is not in it is tied to whoever started it.
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  const group = Number(child.pid);
  const lifeline = tieTo(group, folder);
  const exited = once(child, 'exit').then(([code, signal]) => code ?? statusOf(signal));

  const status = await Promise.race([exited, interrupted(), stalled(child, limits)]);
  const left = await stragglers(group, child.exitCode === null ? 0 : 2_000);
  if (child.exitCode !== null) for (const one of left) console.error(`Left running by the tests, and ended: ${one}`);
  await end(group, limits.stop);
  lifeline.kill('SIGKILL');
  if (status === 0 && left.length === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`What the run left for a look at it: ${folder} (deleted by the next run)`);
  return status || (left.length > 0 ? 1 : 0);
}

/** @returns {Promise<number>} */
function interrupted() {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(statusOf(signal)));
  });
}

/** @param {NodeJS.Signals} signal */
const statusOf = (signal) => 128 + constants.signals[signal];

/**
 * Resolves when nothing has happened for too long.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {Limits} limits
 * @returns {Promise<number>}
 */
function stalled(child, limits) {
  /** @type {Set<string>} */
  const running = new Set();
  return new Promise((resolve) => {
    /** @type {NodeJS.Timeout} */
    let timer;
    const wait = (/** @type {number} */ limit, /** @type {() => string} */ fault) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        console.error(`${fault()}; the run is ended`);
        resolve(1);
      }, limit);
    };
    const waitForSuite = () =>
      wait(limits.suite, () => `No suite has ended for ${limits.suite / 1000} s. Running: ${[...running].join(', ')}`);
    wait(limits.start, () => `No suite has begun for ${limits.start / 1000} s`);
    child.once('exit', () => clearTimeout(timer));
    child.on('message', (message) => {
      // Only the reporter of the run writes here.
      const { began, ended, isComplete } = /** @type {Progress} */ (message);
      if (began) running.add(began);
      if (ended) running.delete(ended);
      if (isComplete)
        wait(limits.end, () => `The tests have ended, but their process lives on after ${limits.end / 1000} s`);
      else waitForSuite();
    });
  });
}

/**
 * Even SIGKILL must not leave processes behind: a shell waits for the end of a pipe that only we hold open.
 *
 * @param {number} group
 * @param {string} folder
 */
function tieTo(group, folder) {
  const script = 'while read -r _; do :; done; kill -s TERM -- "-$1"; sleep 5; kill -s KILL -- "-$1"; rm -rf "$2"';
  const lifeline = spawn('/bin/sh', ['-c', script, 'citadel-test-lifeline', String(group), folder], {
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lifeline.unref();
  return lifeline;
}

/**
 * @param {number} group
 * @param {number} limit how long to wait for their end
 */
async function end(group, limit) {
  for (const name of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    try {
      process.kill(-group, name);
    } catch {
      // Nobody is left.
      return;
    }
    await stragglers(group, limit);
  }
}

/**
 * The processes of a group that are still there after some time, which is not waited for when there are none.
 *
 * @param {number} group
 * @param {number} limit
 */
async function stragglers(group, limit) {
  const deadline = Date.now() + limit;
  for (;;) {
    const left = processesOf(group);
    if (left.length === 0 || Date.now() >= deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Process ids and command lines; without those that have ended and whose parent has not noticed.
 *
 * @param {number} group
 * @returns {string[]}
 */
function processesOf(group) {
  return (existsSync('/proc/self/stat') ? fromProc() : fromPs()).flatMap(([of, state, process]) =>
    Number(of) === group && !state?.startsWith('Z') ? [process ?? ''] : [],
  );
}

/** Group, state, id with command line of every process. Small containers have no `ps`. */
function fromProc() {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const state = /\) (\S) \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return state ? [[state[2], state[1], `${pid} ${command}`]] : [];
    } catch {
      // No process, or one that has just ended.
      return [];
    }
  });
}

function fromPs() {
  return execFileSync('ps', ['-A', '-o', 'pgid=,stat=,pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line)?.slice(1) ?? []);
}

function removeFormerRuns() {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

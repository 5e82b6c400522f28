// @ts-check
/**
 * Installs what is missing, builds what is stale, then does what it was asked for. It has
 * nothing but Node.js to build on, so it is plain JavaScript without a dependency.
 *
 *   node tools/stack/bootstrap.js start | dev | stack <command> | test | test-unit | prepare
 *
 * Parameters behind `test` go to Jest.
 */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { guardedRun } from './guarded-run.js';
import { installFault, isBuildStale, recordBuild } from './staleness.js';

const root = path.resolve(import.meta.dirname, '../../..');
const [command = '', ...parameters] = process.argv.slice(2);

/** @type {Record<string, () => Promise<number>>} */
const commands = {
  start: async () => stack(['start']),
  dev: async () => stack(['dev', ...parameters]),
  stack: async () => stack(parameters),
  test: async () => jest(parameters),
  // Last, because this option takes every name that follows it.
  'test-unit': async () => jest([...parameters, '--selectProjects', 'unit']),
  prepare: async () => 0,
};

/** @param {string[]} stackParameters */
async function stack(stackParameters) {
  /** @type {{ main(parameters: string[]): Promise<number> }} */
  const { main } = await import(pathToFileURL(path.join(root, 'tools/stack/dist/main.js')).href);
  return main(stackParameters);
}

/** @param {string[]} jestParameters */
async function jest(jestParameters) {
  const program = path.join(root, 'node_modules/jest/bin/jest.js');
  const env = {
    ...process.env,
    NODE_OPTIONS:
      `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  };
  // Who watches sits before the run, ends it, and needs the terminal.
  if (jestParameters.some((one) => one.startsWith('--watch')))
    return run(process.execPath, [program, ...jestParameters], { env });
  return guardedRun([program, ...jestParameters], { env, cwd: root });
}

async function prepare() {
  const fault = installFault(root);
  if (fault) await install(fault);
  if (fault || isBuildStale(root)) await build();
}

/** @param {string} fault */
async function install(fault) {
  console.log(`Installing packages, because ${fault} (npm ci; it takes half a minute or so)`);
  // Without development packages there is no compiler, whatever NODE_ENV says.
  // Development tools of Nest and Prisma ask for newer versions of Node.js than they need: 42 lines of warnings.
  const flags = ['--loglevel=error', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];
  if ((await npm(['ci', ...flags])) === 0) return;
  console.log(
    'npm ci failed: package-lock.json may not fit the manifests. Trying npm install, which brings it up to date.',
  );
  if ((await npm(['install', ...flags])) === 0) return;
  throw new Error(
    'The packages cannot be installed; npm says above why. When that is cured, run the same command again.',
  );
}

async function build() {
  console.log('Building (npm run build)');
  if ((await npm(['run', '--silent', 'build'])) === 0) return recordBuild(root);
  // A half-written build must not pass for a whole one.
  rmSync(path.join(root, 'node_modules/.citadel-build'), { force: true });
  throw new Error('The build failed; the compiler says above where.');
}

/** @param {string[]} npmParameters */
async function npm(npmParameters) {
  const began = Date.now();
  const still = setInterval(
    () => console.log(`… still working after ${Math.round((Date.now() - began) / 1000)} s`),
    10_000,
  );
  // Run by npm we use the very npm that runs us: there may be no other one in PATH.
  const cli = process.env.npm_execpath;
  const status = cli?.endsWith('.js')
    ? await run(process.execPath, [cli, ...npmParameters])
    : await run('npm', npmParameters, { shell: process.platform === 'win32' });
  clearInterval(still);
  return status;
}

/**
 * @param {string} program
 * @param {string[]} programParameters
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
async function run(program, programParameters, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programParameters, { cwd: root, stdio: 'inherit', ...options });
    // The terminal sends Ctrl-C to the child as well; we wait for what it makes of it.
    const pass = (/** @type {NodeJS.Signals} */ name) => void child.kill(name);
    process.on('SIGTERM', pass);
    process.on('SIGINT', ignore);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', ignore);
      resolve(signal === null ? (code ?? 1) : 130);
    });
  });
}

function ignore() {
  return undefined;
}

const action = commands[command];
if (!action) {
  console.error(`bootstrap.js ${Object.keys(commands).join(' | ')}`);
  process.exit(64);
}
try {
  // Looking and stopping must work whatever state the sources are in.
  if (command !== 'stack' || !existsSync(path.join(root, 'tools/stack/dist/main.js'))) await prepare();
  process.exit(await action());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

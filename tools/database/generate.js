// @ts-check
/**
 * Generates the Prisma client of every service from prisma/<service>/schema.prisma. Plain JavaScript, because the
 * TypeScript build needs what it writes. A client that fits its schema already is left alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const prismaManifest = createRequire(import.meta.url).resolve('prisma/package.json');

/** @param {string} schema */
function fingerprintOf(schema) {
  return createHash('sha256').update(readFileSync(schema)).update(readFileSync(prismaManifest)).digest('hex');
}

/** @param {string} service */
function stateOf(service) {
  const schema = path.join(root, 'prisma', service, 'schema.prisma');
  const generated = path.join(root, 'apps', service, 'src/generated');
  const marker = path.join(generated, 'schema.sha256');
  const fingerprint = fingerprintOf(schema);
  const isFresh =
    existsSync(path.join(generated, 'prisma/client.ts')) &&
    existsSync(marker) &&
    readFileSync(marker, 'utf8') === fingerprint;
  return { schema, marker, fingerprint, isFresh };
}

/** @param {{ schema: string, marker: string, fingerprint: string }} state */
async function generate({ schema, marker, fingerprint }) {
  // Without its marker a half-written client is written again.
  rmSync(marker, { force: true });
  const cli = path.join(path.dirname(prismaManifest), 'build/index.js');
  await run([cli, 'generate', '--schema', schema], {
    ...process.env,
    // The command line downloads a schema engine before every command and stops where it cannot; `generate` never
    // runs it, so any executable will do.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
  writeFileSync(marker, fingerprint);
}

/**
 * @param {string[]} parameters
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
function run(parameters, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`prisma ${parameters.slice(1).join(' ')} failed:\n${output}`));
    });
  });
}

const services = readdirSync(path.join(root, 'prisma')).filter((service) =>
  existsSync(path.join(root, 'prisma', service, 'schema.prisma')),
);
const stale = services.map(stateOf).filter(({ isFresh }) => !isFresh);

try {
  await Promise.all(stale.map(generate));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('Correct the schema named above; if packages are missing, run "npm ci" first.');
  process.exitCode = 1;
}

/**
 * Adds a guarded operation, or a guarded service with one.
 *
 *   npm run new:operation -- <service> <operation>
 *   npm run new:service -- <service> [--operation <operation>] [--database]
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { Draft } from './draft.js';
import { serviceName } from './names.js';
import { homeOf, newOperation } from './new-operation.js';
import { newService } from './new-service.js';
import { REGISTER } from './register.js';

const USAGE = `npm run new:operation -- <service> <operation>
npm run new:service -- <service> [--operation <operation>] [--database]

For example: npm run new:operation -- treasury renameAccount
             npm run new:service -- war-chest --operation countCoins --database`;

const root = path.resolve(import.meta.dirname, '../../..');

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main([kind, ...parameters]: readonly string[]): Promise<void> {
  const { service, operation, database } = kind === 'service' ? serviceOf(parameters) : operationOf(parameters);
  const draft = new Draft(root);
  const home =
    kind === 'service' ? newService(draft, REGISTER, service, database) : homeOf(draft, serviceName(service), REGISTER);
  const { permission, http, folder } = newOperation(draft, home, operation);
  await draft.write();
  for (const file of draft.files.created) console.log(`created  ${file}`);
  for (const file of draft.files.edited) console.log(`changed  ${file}`);

  // Only npm can write what the lock file says of a new package, and link it.
  if (kind === 'service') npm('install', '--no-audit', '--no-fund', '--loglevel=error');
  npm('run', '--silent', 'access-matrix');
  // Builds, and remembers that it has, so that the next command does not.
  run(process.execPath, ['tools/stack/bootstrap.js', 'prepare']);
  console.log(`
${http} asks for ${permission}. Sovereigns hold it; so do roles that hold everything of ${home.service.kebab}.
Next:
  1. Say what it takes, does and answers: ${home.contractFile}, and ${folder}/
  2. Decide who else holds the permission: libs/contracts/src/roles.ts, then npm run access-matrix
  3. Try it: npm start, and npm run -s call sovereign ${http}
  4. npm test`);
}

interface Request {
  readonly service: string;
  readonly operation: string;
  readonly database: boolean;
}

function serviceOf(parameters: readonly string[]): Request {
  const options = { operation: { type: 'string' }, database: { type: 'boolean', default: false } } as const;
  const { positionals, values } = parametersOf(() =>
    parseArgs({ args: [...parameters], allowPositionals: true, options }),
  );
  const [service, ...more] = positionals;
  if (!service || more.length > 0) throw new Error(USAGE);
  return { service, operation: values.operation ?? 'readStatus', database: values.database };
}

function operationOf(parameters: readonly string[]): Request {
  const { positionals } = parametersOf(() => parseArgs({ args: [...parameters], allowPositionals: true }));
  const [service, operation, ...more] = positionals;
  if (!service || !operation || more.length > 0) throw new Error(USAGE);
  return { service, operation, database: false };
}

/** @throws Error with the usage, if there is an option that is none */
function parametersOf<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, { cause: error });
  }
}

function npm(...parameters: readonly string[]): void {
  run('npm', parameters);
}

/** @throws Error that says what to do again, if it fails */
function run(program: string, parameters: readonly string[]): void {
  const { status } = spawnSync(program, parameters, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  throw new Error(
    `Everything is written, but ${[path.basename(program), ...parameters].join(' ')} failed, see above. Run it again when that is cured.`,
  );
}

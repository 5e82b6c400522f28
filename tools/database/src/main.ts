#!/usr/bin/env node
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { diff } from './diff.js';
import { migrate, type Resolution } from './migrate.js';
import { databaseServices, migrationsFolderOf, requireService } from './service.js';
import { targetsOf } from './targets.js';

const USAGE = `Usage:
  npm run db:migrate                                          apply what the databases lack
  npm run db:migrate -- <service>                             of one service
  npm run db:migrate -- <service> --rolled-back <migration>   a failed migration left nothing behind: try it again
  npm run db:migrate -- <service> --applied <migration>       a failed migration was completed by hand
  npm run db:diff                                             do migrations and schemas agree? (exit code 1: no)
  npm run db:diff -- <service> <name>                         write what is missing into a new migration`;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'rolled-back': { type: 'string' }, applied: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command, service, name] = positionals;
  if (values.help) {
    say(USAGE);
    return;
  }
  const services = service === undefined ? databaseServices() : [requireService(service)];
  if (command === 'migrate') return migrateAll(services, resolutionOf(service, values['rolled-back'], values.applied));
  if (command === 'diff') return name === undefined ? check(services) : write(services, name);
  throw new Error(USAGE);
}

function resolutionOf(service?: string, rolledBack?: string, applied?: string): Resolution | undefined {
  const migration = rolledBack ?? applied;
  if (migration === undefined) return undefined;
  if (service === undefined || (rolledBack && applied)) throw new Error(USAGE);
  return { migration, as: rolledBack ? 'rolled-back' : 'applied' };
}

async function migrateAll(services: string[], resolution: Resolution | undefined): Promise<void> {
  for (const target of targetsOf(services, process.env, ROOT)) {
    const { applied } = await migrate({ ...target, log: say, ...(resolution ? { resolution } : {}) });
    if (applied.length === 0) say(`${target.service}: up to date`);
  }
}

async function check(services: string[]): Promise<void> {
  for (const [service, sql] of await differences(services)) {
    if (sql === undefined) {
      say(`${service}: migrations and schema agree`);
      continue;
    }
    say(`${service}: the schema asks for more than the migrations make:\n\n${sql}`);
    say(`Write it into a migration with: npm run db:diff -- ${service} <name>\n`);
    process.exitCode = 1;
  }
}

async function write(services: string[], name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" must be lower case letters, digits and _`);
  for (const [service, sql] of await differences(services)) {
    if (sql === undefined) {
      say(`${service}: migrations and schema agree; nothing to write`);
      continue;
    }
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = path.join(migrationsFolderOf(service), `${stamp}_${name}`);
    await mkdir(folder);
    await writeFile(path.join(folder, 'migration.sql'), sql);
    say(`${service}: wrote ${path.relative(ROOT, folder)}/migration.sql; read it before you commit it`);
  }
}

async function differences(services: string[]): Promise<[service: string, sql: string | undefined][]> {
  // Loaded here: a machine that only migrates needs no server of its own.
  const { scratchPostgres } = await import('./testing/index.js');
  const server = await scratchPostgres();
  try {
    const found: [string, string | undefined][] = [];
    for (const service of services) found.push([service, await diff(service, server)]);
    return found;
  } finally {
    await server.close();
  }
}

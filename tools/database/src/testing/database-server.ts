import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { migratorOf, ownerOf } from '../service-database.js';
import { migratedOn } from './migrated-database.js';
import { type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';
import type { CopiedDatabase } from './shared-databases.js';

/**
 * One PostgreSQL for all suites of a test run, as a process of its own: it starts with the first request, copies for each
 * a database that was migrated once, and ends with the process that forked it.
 *
 *   POST /treasury   → how to reach a new database
 *   DELETE /<name>   → drops it
 */
let starting: Promise<ScratchPostgres> | undefined;
/** Nobody connects to these, so that they can be copied. */
const templates = new Map<string, ReturnType<typeof migratedOn>>();

const postgres = () => (starting ??= scratchPostgres());

async function copyFor(service: string): Promise<CopiedDatabase> {
  const server = await postgres();
  const made = templates.get(service) ?? migratedOn(server, service);
  templates.set(service, made);
  const template = await made;
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  // A copy has the tables' owner and rights; those of the database itself are given to it here.
  await server.query(`CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${ownerOf(template.name)}`);
  await server.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await server.query(`GRANT CONNECT ON DATABASE ${name} TO ${template.name}, ${migratorOf(template.name)}`);
  const at = (url: string) => url.replace(/[^/]*$/, name);
  return {
    name,
    url: at(template.url),
    migratorUrl: at(template.migratorUrl),
    superuserUrl: server.superuserUrl(name),
    ca: server.ca,
  };
}

async function answer({ method, url = '' }: IncomingMessage): Promise<unknown> {
  const name = url.slice(1);
  if (method === 'POST') return copyFor(name);
  const { command } = await (await postgres()).query(`DROP DATABASE ${name} WITH (FORCE)`);
  return command;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    response.end(JSON.stringify(await answer(request)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function end(): Promise<void> {
  const running = await starting?.catch(() => undefined);
  await running?.close();
  process.exit();
}

const server = createServer((request, response) => void serve(request, response));
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.once('disconnect', () => void end());

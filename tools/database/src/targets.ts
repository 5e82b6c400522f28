import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

import { variablePartOf } from './service.js';

/** The database of one service and the authority of its server's certificate (PEM). */
export interface Target {
  readonly service: string;
  readonly url: string;
  readonly ca: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const Stack = z.object({ ca: z.string(), migratorDatabases: z.record(z.string(), z.string()) });

/**
 * Where the databases are: what the environment says, else what the running local stack says.
 *
 * @throws Error that names the services that have no database, and both ways to give them one
 */
export function targetsOf(services: readonly string[], environment: Environment, root: string): Target[] {
  const file = path.join(environment.CITADEL_HOME ?? path.join(root, '.citadel'), 'stack.json');
  const stack = existsSync(file) ? Stack.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const ca = valueOf(environment, 'DATABASE_CA') ?? (stack && readFileSync(stack.ca, 'utf8'));

  const found = services.map((service) => ({
    service,
    url: valueOf(environment, urlVariable(service)) ?? stack?.migratorDatabases[service],
  }));
  const missing = found.filter(({ url }) => !url).map(({ service }) => urlVariable(service));
  if (missing.length > 0 || !ca) throw new Error(wayOut([...missing, ...(ca ? [] : ['DATABASE_CA_FILE'])]));
  return found.map(({ service, url = '' }) => ({ service, url, ca }));
}

const urlVariable = (service: string) => `DATABASE_MIGRATOR_URL_${variablePartOf(service)}`;

function valueOf(environment: Environment, name: string): string | undefined {
  const file = environment[`${name}_FILE`];
  return environment[name] ?? (file ? readFileSync(file, 'utf8').trim() : undefined);
}

const wayOut = (missing: string[]) =>
  `Where are the databases? Start the local stack in another terminal ("npm start"), or set ${missing.join(', ')}. ` +
  'A URL looks like postgresql://user:password@host:5432/database; DATABASE_CA_FILE is the path of a PEM file with ' +
  "the authority of the server's certificate.";

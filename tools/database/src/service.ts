import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PRISMA = fileURLToPath(new URL('../../../prisma/', import.meta.url));

/** Every service that has a database: each folder of prisma/ with a schema. */
export function databaseServices(): string[] {
  return readdirSync(PRISMA)
    .filter((name) => existsSync(schemaFileOf(name)))
    .sort();
}

/** @throws Error that names the services there are */
export function requireService(name: string): string {
  const services = databaseServices();
  if (services.includes(name)) return name;
  throw new Error(`There is no service "${name}" with a database; there are ${services.join(', ')}.`);
}

/** A service's name within the name of an environment variable: `war-chest` is WAR_CHEST. */
export const variablePartOf = (service: string) => service.toUpperCase().replaceAll('-', '_');

export const migrationsFolderOf = (service: string) => path.join(PRISMA, service, 'migrations');
export const readSchema = (service: string) => readFile(schemaFileOf(service), 'utf8');

const schemaFileOf = (service: string) => path.join(PRISMA, service, 'schema.prisma');

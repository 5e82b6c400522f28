import { readdirSync } from 'node:fs';
import path from 'node:path';

import type { Draft } from './draft.js';
import { operationName, permissionFor, type Spellings } from './names.js';
import type { RegisteredService } from './places.js';
import { fill } from './template.js';

export interface NewOperation {
  readonly permission: string;
  /** Method and path, as clients call it. */
  readonly http: string;
  /** Where its code is. */
  readonly folder: string;
}

/** Where an operation goes, and whether what it does is stored. */
export interface OperationHome {
  readonly service: Spellings;
  readonly contractFile: string;
  readonly moduleFile: string;
  readonly isStored?: boolean;
}

/**
 * Adds an operation with its permission, controller, service and spec. Nobody may call it but the roles that hold everything
 * of the service: who else may is decided in roles.ts.
 *
 * @throws Error that says why there is nothing that could be added
 */
export function newOperation(draft: Draft, home: OperationHome, name: string): NewOperation {
  const { service, contractFile, moduleFile, isStored = false } = home;
  const operation = operationName(name);
  if (new RegExp(`^ {2}${operation.camel}:`, 'm').test(draft.read(contractFile))) {
    throw new Error(`${service.kebab}.${operation.camel} exists already, in ${contractFile}. Take another name.`);
  }
  const permission = permissionFor(service, operation);
  const http = `POST /v1/${service.kebab}/${operation.kebab}`;
  const values = {
    ...{ contract: service.camel, Service: service.pascal, service: service.kebab, permission, http },
    ...{ operation: operation.camel, Operation: operation.pascal, file: operation.kebab, summary: operation.sentence },
  };
  addToContract(draft, contractFile, service.kebab, fill('operation/contract.ts.template', values));
  addPermission(draft, service.kebab, permission, operation.sentence);

  const folder = `${path.posix.dirname(moduleFile)}/${operation.kebab}`;
  const kind = isStored ? 'stored-operation' : 'operation';
  draft.create(`${folder}/${operation.kebab}.controller.ts`, fill('operation/controller.ts.template', values));
  draft.create(`${folder}/${operation.kebab}.service.ts`, fill(`${kind}/service.ts.template`, values));
  draft.create(`${folder}/${operation.kebab}.spec.ts`, fill(`${kind}/spec.ts.template`, values));
  addToModule(draft, moduleFile, operation);
  return { permission, http, folder };
}

/** @throws Error that names the services that there are */
export function homeOf(draft: Draft, service: Spellings, register: readonly RegisteredService[]): OperationHome {
  const services = register.flatMap(({ name, hasContract }) => (hasContract ? [name] : []));
  if (!services.includes(service.kebab)) {
    throw new Error(
      `There is no service "${service.kebab}" that answers operations; there are ${services.join(', ')}. ` +
        `npm run new:service -- ${service.kebab} makes one.`,
    );
  }
  const { exports } = JSON.parse(draft.read(`apps/${service.kebab}/package.json`)) as {
    readonly exports: Readonly<Record<'./module', { readonly types: string }>>;
  };
  const moduleFile = exports['./module'].types.replace('./dist/', `apps/${service.kebab}/src/`).replace('.d.ts', '.ts');
  return { service, contractFile: contractFileOf(draft, service), moduleFile };
}

function contractFileOf(draft: Draft, { kebab }: Spellings): string {
  const folder = 'libs/contracts/src';
  const file = readdirSync(path.join(draft.root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .find((name) => name.endsWith('.ts') && draft.read(name).includes(`service('${kebab}', {`));
  if (!file) throw new Error(`No file in ${folder} holds service('${kebab}', {...}); add the operation by hand.`);
  return file;
}

function addToContract(draft: Draft, file: string, service: string, operation: string): void {
  draft.edit(file, (text) => {
    const start = text.indexOf(`service('${service}', {`);
    const end = start < 0 ? -1 : text.indexOf('\n});', start);
    if (end < 0) throw new Error(`${file} has no service('${service}', {...}); nothing was written.`);
    return `${text.slice(0, end + 1)}${operation}${text.slice(end + 1)}`;
  });
  for (const name of ['Id', 'operation', 'Timestamp']) addImport(draft, file, name, '@citadel/protocol');
  addImport(draft, file, 'z', 'zod');
}

function addPermission(draft: Draft, service: string, permission: string, summary: string): void {
  const file = 'libs/contracts/src/permissions.ts';
  draft.edit(file, (text) => {
    if (text.includes(`'${permission}'`)) throw new Error(`The permission ${permission} exists already, in ${file}.`);
    const lines = text.split('\n');
    const ofService = lines.findLastIndex((line) => line.startsWith(`  '${service}:`));
    const end = lines.indexOf('} as const;');
    const at = ofService < 0 ? end : ofService + 1;
    if (at < 0) throw new Error(`${file} has no list of permissions that ends with "} as const;"`);
    return lines.toSpliced(at, 0, `  '${permission}': '${summary}',`).join('\n');
  });
}

function addToModule(draft: Draft, file: string, { kebab, pascal }: Spellings): void {
  addImport(draft, file, `${pascal}Controller`, `./${kebab}/${kebab}.controller.js`);
  addImport(draft, file, `${pascal}Service`, `./${kebab}/${kebab}.service.js`);
  draft.edit(file, (text) =>
    text.replace(/(export const CONTROLLERS = \[)([^\]]*?),?\s*\]/, (_, start: string, listed: string) =>
      listed.trim() === '' ? `${start}${pascal}Controller]` : `${start}${listed}, ${pascal}Controller]`,
    ),
  );
  draft.addBehind(file, 'providers: [', `${pascal}Service, `);
}

/** Adds a name to the import of a module, or an import. */
function addImport(draft: Draft, file: string, name: string, from: string): void {
  draft.edit(file, (text) => {
    const known = new RegExp(`import \\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}';`).exec(text);
    const names = known?.[1]?.split(',').map((one) => one.trim()) ?? [];
    if (known && names.includes(name)) return text;
    if (known)
      return text.replace(known[0], `import { ${[...names.filter(Boolean), name].join(', ')} } from '${from}';`);
    const last = text.lastIndexOf('\nimport ');
    const end = text.indexOf(';\n', last + 1) + 2;
    return `${text.slice(0, end)}import { ${name} } from '${from}';\n${text.slice(end)}`;
  });
}

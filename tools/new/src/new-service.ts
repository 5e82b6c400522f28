import type { Draft } from './draft.js';
import type { OperationHome } from './new-operation.js';
import { serviceName, type Spellings } from './names.js';
import { isConcerned, PLACES, type RegisteredService } from './places.js';
import { fill } from './template.js';

/** Whose manifests a new service takes over: whatever every service needs is in them. */
const MODEL = 'archives';

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Adds a service without an operation: its contract, its line in the register, its folder, and whatever the files that list
 * services by hand have to say of it.
 *
 * @param register - the services that there are
 * @returns where its operations go
 * @throws Error that says why there is nothing that could be added
 */
export function newService(
  draft: Draft,
  register: readonly RegisteredService[],
  text: string,
  hasDatabase: boolean,
): OperationHome {
  const service = serviceName(text);
  const added: RegisteredService = { name: service.kebab, hasContract: true, hasDatabase };
  if (register.some(({ name }) => name === added.name) || draft.exists(`apps/${added.name}`)) {
    throw new Error(`The service ${added.name} exists already. npm run new:operation -- ${added.name} … adds to it.`);
  }
  const values = { service: service.kebab, Service: service.pascal, contract: service.camel };
  const kind = hasDatabase ? 'stored-service' : 'service';
  const app = `apps/${service.kebab}`;
  const contractFile = `libs/contracts/src/${service.kebab}.ts`;
  const moduleFile = `${app}/src/${service.kebab}.module.ts`;

  draft.create(contractFile, fill('service/contract.ts.template', values));
  draft.create(`${app}/package.json`, manifestOf(draft, service, hasDatabase));
  draft.create(`${app}/tsconfig.json`, draft.read(`apps/${MODEL}/tsconfig.json`));
  draft.create(`${app}/src/main.ts`, fill(`${kind}/main.ts.template`, values));
  draft.create(moduleFile, fill(`${kind}/module.ts.template`, values));
  if (hasDatabase) addDatabase(draft, service, values);
  addToRegister(draft, service, hasDatabase);
  addToPlaces(draft, register, added);
  return { service, contractFile, moduleFile, isStored: hasDatabase };
}

function manifestOf(draft: Draft, { kebab }: Spellings, hasDatabase: boolean): string {
  // A manifest of ours.
  const model = JSON.parse(draft.read(`apps/${MODEL}/package.json`)) as Manifest;
  const isNeeded = (name: string) => hasDatabase || !/^(@prisma\/|pg$)/.test(name);
  const manifest = {
    ...model,
    name: `@citadel/${kebab}-service`,
    dependencies: Object.fromEntries(Object.entries(model.dependencies).filter(([name]) => isNeeded(name))),
    exports: { './module': { types: `./dist/${kebab}.module.d.ts`, default: `./dist/${kebab}.module.js` } },
  };
  return JSON.stringify(manifest, null, 2);
}

function addDatabase(draft: Draft, { kebab }: Spellings, values: Readonly<Record<string, string>>): void {
  const folder = `prisma/${kebab}`;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  draft.create(`apps/${kebab}/src/testing/${kebab}.ts`, fill('stored-service/testing.ts.template', values));
  draft.create(`${folder}/schema.prisma`, fill('stored-service/prisma/schema.prisma.template', values));
  draft.create(`${folder}/grants.sql`, fill('stored-service/prisma/grants.sql.template', values));
  draft.create(
    `${folder}/migrations/${day}000000_entries/migration.sql`,
    fill('stored-service/prisma/migration.sql.template', values),
  );
  const lock = 'migrations/migration_lock.toml';
  draft.create(`${folder}/${lock}`, draft.read(`prisma/${MODEL}/${lock}`));
}

function addToRegister(draft: Draft, { kebab, camel }: Spellings, hasDatabase: boolean): void {
  const file = 'libs/contracts/src/services.ts';
  draft.addBehind(
    file,
    "import { treasury, treasuryEvents } from './treasury.js';\n",
    `import { ${camel} } from './${kebab}.js';\n`,
  );
  draft.edit(file, (text) =>
    text.replace('  gateway: {', `  '${kebab}': { contract: ${camel}, hasDatabase: ${hasDatabase} },\n  gateway: {`),
  );
  draft.edit('libs/contracts/src/index.ts', (text) => `${text}export { ${camel} } from './${kebab}.js';\n`);
}

/** Behind what each place says of the service before it. */
function addToPlaces(draft: Draft, register: readonly RegisteredService[], added: RegisteredService): void {
  for (const place of PLACES.filter((one) => isConcerned(added, one))) {
    const before = register.findLast((one) => one.hasContract && isConcerned(one, place));
    if (!before) throw new Error(`${place.file} lists no service after which the new one could be added`);
    draft.addBehind(place.file, place.text(before), `${place.separator ?? ''}${place.text(added)}`);
  }
}

/** A line of the register. */
export interface RegisteredService {
  readonly name: string;
  /** Whether it answers on NATS: all do but the gateway. */
  readonly hasContract: boolean;
  readonly hasDatabase: boolean;
}

/** Text that a file has to have for a service, because nothing can derive it from the register. */
export interface Place {
  readonly file: string;
  readonly needs?: 'contract' | 'database';
  /** As it stands in the file, once. */
  readonly text: (service: RegisteredService) => string;
  /** What separates it from the text of the next service. */
  readonly separator?: string;
}

/** `war-chest` within the name of an environment variable. */
const variablePartOf = (name: string) => name.toUpperCase().replaceAll('-', '_');

const COMPOSE = 'docker-compose.yml';

/**
 * Every file that lists services by hand, and what it has to say of each. `tools/new/src/register.spec.ts` compares the files with
 * this table, and `npm run new:service` writes what it asks for: what is asked and what is written cannot differ.
 */
export const PLACES: readonly Place[] = [
  { file: 'tsconfig.json', text: ({ name }) => `    {\n      "path": "apps/${name}"\n    }`, separator: ',\n' },
  { file: 'nest-cli.json', text: nestProject, separator: ',\n' },
  { file: COMPOSE, needs: 'contract', text: container, separator: '\n' },
  { file: COMPOSE, text: ({ name }) => `      - ${name}-secrets:/secrets/${name}\n` },
  { file: COMPOSE, text: ({ name }) => `\n  ${name}-secrets:` },
  { file: COMPOSE, needs: 'database', text: ({ name }) => `  - ${name}-database\n` },
  { file: COMPOSE, needs: 'database', text: ({ name }) => `  ${name}-database: { internal: true }\n` },
  { file: COMPOSE, needs: 'database', text: migratorUrl },
  { file: 'deploy/compose.stories.yml', needs: 'database', text: ({ name }) => `      - ${name}-database\n` },
];

/** Whether a place is of concern to a service. */
export const isConcerned = ({ hasContract, hasDatabase }: RegisteredService, { needs }: Place): boolean =>
  needs === 'database' ? hasDatabase : needs !== 'contract' || hasContract;

/** The files that a service consists of, apart from what it does. */
export const filesOf = ({ name, hasDatabase }: RegisteredService): readonly string[] => [
  `apps/${name}/package.json`,
  `apps/${name}/tsconfig.json`,
  `apps/${name}/src/main.ts`,
  ...(hasDatabase ? [`prisma/${name}/schema.prisma`, `prisma/${name}/grants.sql`] : []),
];

function nestProject({ name }: RegisteredService): string {
  return `    "${name}": {
      "type": "application",
      "root": "apps/${name}",
      "entryFile": "main",
      "sourceRoot": "apps/${name}/src",
      "compilerOptions": { "tsConfigPath": "apps/${name}/tsconfig.json" }
    }`;
}

function container({ name, hasDatabase }: RegisteredService): string {
  const environment = name === 'auth' ? 'auth' : hasDatabase ? 'service' : 'bus';
  const dependencies = hasDatabase
    ? '    depends_on: *service-depends-on\n'
    : '    depends_on:\n      nats: { condition: service_healthy }\n';
  return `  ${name}:
    <<: *process
    command: [apps/${name}/dist/main.js]
    networks: [bus${hasDatabase ? `, ${name}-database` : ''}]
    volumes: ['${name}-secrets:/run/citadel:ro']
    environment: *${environment}-environment
    healthcheck:
      <<: *health
      test: [CMD, node, tools/compose/dist/health.js, 'nats:${name}.health.ready']
${dependencies}`;
}

function migratorUrl({ name }: RegisteredService): string {
  return `      DATABASE_MIGRATOR_URL_${variablePartOf(name)}_FILE: /run/citadel/${name}-database-url\n`;
}

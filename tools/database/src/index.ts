export { diff } from './diff.js';
export { migrate, type MigrateOptions, type Resolution } from './migrate.js';
export { type PostgresBinaries, postgresBinaries } from './postgres/postgres-binaries.js';
export { canReach, type ServerAccount, serverAccount } from './postgres/server-account.js';
export { databaseServices, variablePartOf } from './service.js';
export { LOCKED_SERVER, migratorOf, prepareServiceDatabase, psqlScriptOf } from './service-database.js';
export type { ServiceDatabase } from './service-database.js';

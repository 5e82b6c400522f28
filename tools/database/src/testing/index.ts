export { type Certificate, issueCertificate } from './certificate.js';
export { databaseWithServer, type MigratedDatabase, migratedDatabase } from './migrated-database.js';
export { type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';
export { shareDatabases } from './shared-databases.js';

export { type Certificate, issueCertificate } from './certificate.js';
export { type MigratedDatabase, migratedDatabase } from './migrated-database.js';
export { type ScratchPostgres, scratchPostgres } from './scratch-postgres.js';

export { connectionOf, type DatabaseConnection } from './connection.js';
export { type DatabaseConfig, databaseConfig } from './database-config.js';
export { databasePool, type DatabasePool } from './database-pool.js';
export { isDatabaseUnavailable } from './database-unavailable.js';
export { olderThan, type Page, pageOf } from './page.js';
export { refuse } from './refuse.js';
export { statementNames } from './statement-names.js';

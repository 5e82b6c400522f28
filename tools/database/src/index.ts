export { diff } from './diff.js';
export { migrate, type MigrateOptions, type Resolution } from './migrate.js';
export { databaseServices } from './service.js';

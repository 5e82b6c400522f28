import type { RequiredAccess } from './required-access.js';

// Written by `npm run access-matrix` from the decorators of all services. A diff here changes who may do something.
export const ACCESS_TABLE: Readonly<Record<string, RequiredAccess>> = {};

import { SERVICE_NAMES, SERVICES } from '@citadel/contracts';

import type { RegisteredService } from './places.js';

/** The register of services, as the files that list services by hand have to agree with it. */
export const REGISTER = SERVICE_NAMES.map((name): RegisteredService => {
  const { contract, hasDatabase } = SERVICES[name];
  return { name, hasContract: contract !== null, hasDatabase };
});

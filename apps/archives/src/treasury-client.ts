import { treasury } from '@citadel/contracts';
import { clientFor } from '@citadel/platform';

/** The treasury, as whoever is asking the archives may use it. */
export class TreasuryClient extends clientFor(treasury) {}

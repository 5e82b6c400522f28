import { treasury } from '@citadel/contracts';
import { clientFor } from '@citadel/platform';

/** The treasury, with the rights of the user who is asking the archives. */
export class TreasuryClient extends clientFor(treasury) {}

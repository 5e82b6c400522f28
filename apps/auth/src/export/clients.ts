import { archives, treasury } from '@citadel/contracts';
import { clientFor } from '@citadel/platform';

/** Those that hold something about users, with the rights of the user who is asking auth. */
export class TreasuryClient extends clientFor(treasury) {}
export class ArchivesClient extends clientFor(archives) {}

import { archives, treasury } from '@citadel/contracts';
import { clientFor } from '@citadel/platform';

/** Those that hold something about users, as whoever is asking auth may use them. */
export class TreasuryClient extends clientFor(treasury) {}
export class ArchivesClient extends clientFor(archives) {}

/**
 * One revocation, as it travels from the issuer to every service.
 *
 * Tokens and sessions are named. For a subject, and for everybody, the issuer counts: `generation` is the lowest that a
 * token must carry in its `gen` claim. A counter that one database row decides has no clock in it, so a token issued in
 * the same instant as a revocation is on one side of it or the other, and a login right after it works.
 */
export type Revocation =
  | { readonly kind: 'token'; readonly id: string }
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'subject'; readonly id: string; readonly generation: number }
  | { readonly kind: 'everybody'; readonly generation: number };

/** Where a revocation list gets its entries from. */
export interface RevocationSource {
  /**
   * Calls `onRevocation` with every entry there is and every one that comes, until `signal` aborts. Resolves when
   * following has begun; rejects if it cannot.
   */
  follow(onRevocation: (revocation: Revocation) => void, signal: AbortSignal): Promise<void>;
  /**
   * Whether everything that the source holds at this moment has been delivered; `lost` if nothing more will come, because
   * what is followed is no longer there. Rejects if it cannot be asked.
   */
  progress(): Promise<'caught-up' | 'behind' | 'lost'>;
}

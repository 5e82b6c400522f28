import type { Clearance } from './names.js';

/** What an operation asks of its caller, as its handler's decorators say it. */
export interface RequiredAccess {
  readonly public?: true;
  /** All of these. */
  readonly permissions?: readonly string[];
  /** One of these. */
  readonly roles?: readonly string[];
  readonly clearance?: Clearance;
  /** Seconds. */
  readonly recentLogin?: number;
}

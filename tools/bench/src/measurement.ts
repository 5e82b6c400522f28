import type { Stack } from '@citadel/stack';

import type { Pace } from './pace.js';

export interface MeasurementOptions {
  /** The stack that is measured, where it is the measurement's own and may be stopped. */
  readonly own?: Stack;
  /** What was given on the command line behind the name. */
  readonly parameter?: string | undefined;
  readonly pace: Pace;
}

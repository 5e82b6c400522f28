import type ts from 'typescript';

import type { Application } from './application.js';
import type { Guards } from './guards.js';
import type { Handler } from './handlers.js';
import type { Names } from './names.js';

/** Something that stands open, and where. */
export interface Finding {
  readonly rule: string;
  readonly node: ts.Node;
  /** What is wrong here, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly cure: string;
}

/** What rules look at. */
export interface Examined {
  readonly application: Application;
  readonly handlers: readonly Handler[];
  readonly guards: Guards;
  readonly names: Names;
}

export type Rule = (examined: Examined) => Finding[];

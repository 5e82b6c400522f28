import type { Battlefield } from './battlefield.js';

/** One try: where it was made, what came back, and whether the defence held. */
export interface Try {
  readonly at: string;
  readonly answer: string;
  readonly held: boolean;
}

/** A known mistake, exploited. It is tried at every place where the mistake could have been made. */
export interface Attack {
  readonly title: string;
  /** Why it works elsewhere. */
  readonly why: string;
  /** What holds it here. */
  readonly holds: string;
  readonly run: (field: Battlefield) => Promise<readonly Try[]>;
}

export interface Family {
  /** How the command line calls it. */
  readonly name: string;
  readonly title: string;
  readonly attacks: readonly Attack[];
}

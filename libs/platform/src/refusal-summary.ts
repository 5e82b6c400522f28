import { randomUUID } from 'node:crypto';
import type { Refusal } from '@citadel/auth';

/** Who was refused: a subject that was recognised, or the network that a stranger called from. */
export interface RefusedCaller {
  readonly subject?: string;
  readonly network?: string;
}

/** What became too much to write down one by one: how often each refusal was made of one caller since a moment. */
export interface RefusalSummary extends RefusedCaller {
  /** The decision id that all of these refusals were answered with. */
  readonly decision: string;
  readonly service: string;
  /** How many refusals it stands for. */
  readonly count: number;
  /** `<code> at <entrance>` and how often; the rarest may be added up as `others`. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly since: string;
  readonly occurredAt: string;
}

const KINDS_OF_ONE_CALLER = 20;
const OTHERS = 'others';

/** Counts refusals of one caller. */
export class RefusalCount {
  readonly decision = randomUUID();
  private readonly since = new Date().toISOString();
  private readonly refusals = new Map<string, number>();

  constructor(private readonly caller: RefusedCaller) {}

  add({ code, entrance }: Refusal): void {
    const kind = `${code} at ${entrance}`;
    const hasRoom = this.refusals.has(kind) || this.refusals.size < KINDS_OF_ONE_CALLER;
    const counted = hasRoom ? kind : OTHERS;
    this.refusals.set(counted, (this.refusals.get(counted) ?? 0) + 1);
  }

  summary(service: string): RefusalSummary {
    return {
      decision: this.decision,
      service,
      ...this.caller,
      count: [...this.refusals.values()].reduce((sum, count) => sum + count, 0),
      refusals: Object.fromEntries(this.refusals),
      since: this.since,
      occurredAt: new Date().toISOString(),
    };
  }
}

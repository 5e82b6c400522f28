import type { Refusal, RefusalListener, SharedDecision } from '@citadel/auth';
import { Logger } from '@nestjs/common';

import { currentCall } from './logging/call-context.js';
import type { NatsLink } from './nats/nats-link.js';
import { networkOf } from './network.js';
import { RefusalCount, type RefusedCaller } from './refusal-summary.js';
import { TokenBuckets } from './token-buckets.js';

/** Of one subject, or of the strangers of one network. */
const OF_ONE_CALLER = { burst: 30, perSecond: 0.5, keys: 10_000 };

/** Of all callers together. Strangers have a budget of their own: they cannot use up that of users. */
const OF_ALL = {
  subject: { burst: 300, perSecond: 10, keys: 1 },
  network: { burst: 300, perSecond: 5, keys: 1 },
};

/** How many callers of each kind are counted apart in one window; the others are counted together. */
const CALLERS_COUNTED = 20;
const WINDOW_MS = 10_000;

/**
 * Writes refusals into the log and publishes them as `events.<service>.access-refused`, which the auth service takes into
 * the audit trail. What goes over a budget is counted, and every ten seconds the counts are written in the same two
 * places, one line for each caller: a flood can make refusals coarser, and can make none of them vanish.
 */
export function refusalTrail(link: NatsLink): RefusalListener {
  const trail = new RefusalTrail(link);
  link.beforeClose(() => trail.writeCounts());
  return (refusal) => trail.keep(refusal);
}

class RefusalTrail {
  private readonly logger = new Logger('Refusal');
  private readonly ofOneCaller = new TokenBuckets(OF_ONE_CALLER);
  private readonly ofAll = { subject: new TokenBuckets(OF_ALL.subject), network: new TokenBuckets(OF_ALL.network) };
  private readonly counts = { subject: new Map<string, RefusalCount>(), network: new Map<string, RefusalCount>() };
  private service = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly link: NatsLink) {}

  /** @returns the decision id of the count that this refusal went into, if it was not written down by itself */
  keep(refusal: Refusal): SharedDecision | undefined {
    const { address } = currentCall() ?? {};
    const [kind, name] =
      refusal.subject === undefined
        ? (['network', networkOf(address ?? 'unknown')] as const)
        : (['subject', refusal.subject] as const);
    if (!this.ofOneCaller.take(`${kind} ${name}`) || !this.ofAll[kind].take('')) return this.count(kind, name, refusal);
    this.logger.log({ message: 'Refused', ...refusal, address });
    const { traceId, requestId } = currentCall() ?? {};
    this.publish(refusal.service, { ...refusal, address, traceId, requestId, occurredAt: new Date().toISOString() });
    return undefined;
  }

  /** Writes down what has been counted so far. */
  writeCounts(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const counts of Object.values(this.counts)) {
      for (const count of counts.values()) {
        const summary = count.summary(this.service);
        this.logger.warn({ message: 'Refusals counted', ...summary });
        this.publish(this.service, summary);
      }
      counts.clear();
    }
  }

  private count(kind: keyof RefusedCaller, name: string, refusal: Refusal): SharedDecision {
    this.service = refusal.service;
    this.timer ??= setTimeout(() => this.writeCounts(), WINDOW_MS).unref();
    const counts = this.counts[kind];
    const caller = counts.has(name) || counts.size < CALLERS_COUNTED ? name : 'others';
    const count = counts.get(caller) ?? new RefusalCount({ [kind]: caller });
    counts.set(caller, count);
    count.add(refusal);
    return { keptAs: count.decision };
  }

  /** Without NATS there is nobody to tell, and the log has it. */
  private publish(service: string, event: object): void {
    if (!this.link.isConnected) return;
    this.link.connection.publish(`events.${service}.access-refused`, JSON.stringify(event));
  }
}

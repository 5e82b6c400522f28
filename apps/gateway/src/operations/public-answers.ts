import type { Operation } from '@citadel/protocol';

import { type Representation, representationOf } from '../http/representation.js';

/** Milliseconds for which an answer is given again. Clients may keep it for minutes, so a second changes nothing for them. */
const KEPT_MS = 1_000;

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Answers that are the same for everybody: public keys and metadata. Strangers may ask for them as often as they like, so
 * however many do, the service is asked once a second.
 */
export class PublicAnswers {
  private readonly kept = new Map<string, { readonly until: number; readonly answer: Promise<Representation> }>();

  /** @param ask - asks the service; a failure is not kept */
  find({ id }: Operation, ask: () => Promise<unknown>): Promise<Representation> {
    const known = this.kept.get(id);
    if (known && performance.now() < known.until) return known.answer;
    const answer = ask().then((body) => representationOf(JSON.stringify(body), JSON_TYPE));
    const entry = { until: performance.now() + KEPT_MS, answer };
    this.kept.set(id, entry);
    answer.catch(() => {
      if (this.kept.get(id) === entry) this.kept.delete(id);
    });
    return answer;
  }
}

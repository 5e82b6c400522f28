import { describe } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Attack, Family } from '../attack.js';
import type { Battlefield } from '../battlefield.js';

const PROBES = 20;
const FLOOD = 400;
const PATIENCE_MS = 15_000;

const decisionIn = ({ body }: Answer) => (body as { decision?: unknown } | null)?.decision;

/** What the trail knows of a refusal, asked until it is there: refusals are counted for ten seconds. */
async function explain({ http, official }: Battlefield, decision: unknown): Promise<Answer> {
  const { accessToken } = await official('warden');
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await http('POST', '/v1/access/explain', { token: accessToken, body: { decision } });
    if (answer.code !== 'decision-not-found' || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const codeIn = ({ body }: Answer) => (body as { decision?: { code?: unknown } | null } | null)?.decision?.code;

const hiding: Attack = {
  title: 'Refusals that are hidden behind junk',
  why: 'a log that is protected by one limit for everybody is silenced by whoever uses the limit up',
  holds: 'each caller has a budget of refusals, and what goes over it is counted in the trail',
  async run(field) {
    const { http, recruit } = field;
    const { accessToken } = await recruit();
    const junk = Array.from({ length: FLOOD }, () => http('GET', '/v1/users'));
    const probes = Array.from({ length: PROBES }, () => http('GET', '/v1/users', { token: accessToken }));
    const [flood, refused] = [await Promise.all(junk), await Promise.all(probes)];
    const known = await Promise.all(refused.map((answer) => explain(field, decisionIn(answer))));
    const last = await explain(field, flood.map(decisionIn).at(-1));
    return [
      ...known.map((answer, index) => ({
        at: `probe ${String(index + 1)} of ${String(PROBES)}, in the trail`,
        answer: describe(answer),
        held: codeIn(answer) === 'missing-permission',
      })),
      {
        at: 'the last of the junk, in the trail or in a count',
        answer: describe(last),
        held: ['unauthenticated', 'refusals-counted'].includes(String(codeIn(last))),
      },
    ];
  },
};

export const auditTrail: Family = {
  name: 'audit-trail',
  title: 'Refusals that nobody gets to see',
  attacks: [hiding],
};

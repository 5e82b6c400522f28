import { type Answer, http } from '../stack/http.js';
import { logIn, type Person, refresh, type Tokens, tokensFrom } from '../stack/people.js';
import type { StackDescription } from '../stack/stack.js';

/** Clients that go on using their tokens, refreshing as clients do, while something happens. */
export interface Load {
  /** Answers that were no success, of clients whose tokens were good; a client that is told 401 refreshes and goes on. */
  readonly failures: string[];
  readonly served: () => number;
  stop(): Promise<void>;
}

/** Much more often than a client needs, and still no more than it may. */
const REFRESH_EVERY_MS = 2_000;

const ROUTES = ['/v1/auth/me', '/v1/treasury/accounts', '/v1/archives/documents'];

/**
 * @param mayBeTold401 - whether access tokens may be refused, as after a compromise; then a refresh must help
 */
export async function startLoad(on: StackDescription, people: readonly Person[], mayBeTold401: boolean): Promise<Load> {
  const failures: string[] = [];
  let served = 0;
  let isOver = false;

  const client = async (person: Person) => {
    let tokens: Tokens = await logIn(person, { on });
    let refreshedAt = performance.now();
    for (let turn = 0; !isOver; turn++) {
      if (performance.now() - refreshedAt > REFRESH_EVERY_MS) {
        tokens = tokensFrom(expectGood(await refresh(tokens.refresh, on), 'refresh'));
        refreshedAt = performance.now();
      }
      const route = ROUTES[turn % ROUTES.length] ?? '';
      const answer = await http('GET', route, { token: tokens.access, on });
      if (answer.status === 401 && mayBeTold401) {
        tokens = tokensFrom(expectGood(await refresh(tokens.refresh, on), 'refresh after 401'));
        expectGood(await http('GET', route, { token: tokens.access, on }), 'request with the new token');
      } else expectGood(answer, route);
      served += 1;
    }
  };
  const expectGood = (answer: Answer, what: string): Answer => {
    if (answer.status !== 200) failures.push(`${what}: ${String(answer.status)} ${answer.text}`);
    return answer;
  };
  const running = people.map(client);
  return {
    failures,
    served: () => served,
    async stop() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

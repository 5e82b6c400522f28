import type { StackDescription } from '@citadel/stack';

import { Gateway, userOf } from './gateway.js';
import { summary } from './percentiles.js';

const AT_ONCE = 32;
const FOR_MS = 8_000;

/** How many requests per second go through gateway, NATS and treasury to its database and back, all of them verified. */
export async function measureRequests(stack: StackDescription): Promise<string[]> {
  const gateway = new Gateway(stack);
  try {
    const { email, password } = userOf(stack, 'citizen');
    const { token } = await gateway.logIn(email, password);
    const times: number[] = [];
    const began = performance.now();
    const client = async () => {
      while (performance.now() - began < FOR_MS) {
        const sent = performance.now();
        const { status } = await gateway.call('GET', '/v1/treasury/accounts', token);
        if (status !== 200) throw new Error(`A request was answered ${String(status)}`);
        times.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    const perSecond = times.length / ((performance.now() - began) / 1000);
    return [
      summary(`GET /v1/treasury/accounts, ${String(AT_ONCE)} at once`, times),
      `${perSecond.toFixed(0)} requests per second; the client that measures shares the processors`,
    ];
  } finally {
    gateway.close();
  }
}

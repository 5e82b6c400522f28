import type { NatsConnection } from '@nats-io/transport-node';

import { http } from '../stack/http.js';
import { servicesAccepting, EVERYBODY, logIn, newcomer, refresh, untilAccepted } from '../stack/people.js';
import type { Stack } from '../stack/stack.js';

/** The story of the day on which nobody can be trusted any more. */
export function describeWorstDay(of: () => { own: Stack; bus: NatsConnection; warden: () => Promise<string> }): void {
  describe('the tokens of everybody', () => {
    it('are revoked with one order, and everybody can log in again at once', async () => {
      const { own, bus, warden } = of();
      const on = own.describe();
      const people = await Promise.all(Array.from({ length: 5 }, () => newcomer(on)));
      const before = await Promise.all(people.map((person) => logIn(person, { on })));
      const by = await warden();
      const answer = await http('POST', '/v1/tokens/revoke-all', { token: by, body: { reason: 'the worst day' }, on });
      expect(answer.status).toBe(204);
      const after = await Promise.all(people.map((person) => logIn(person, { on })));

      expect(await untilAccepted(bus, [by, ...before.map(({ access }) => access)], false)).toBeLessThan(1_000);
      for (const { refresh: token } of before) expect((await refresh(token, on)).status).toBe(401);
      for (const { access } of after) expect(await servicesAccepting(bus, access)).toEqual(EVERYBODY);
    }, 30_000);
  });
}

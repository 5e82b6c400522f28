import type { NatsConnection } from '@nats-io/transport-node';

import { http } from '../stack/http.js';
import { servicesAccepting, EVERYBODY, logIn, newcomer, type Person, untilAccepted } from '../stack/people.js';
import type { Stack } from '../stack/stack.js';
import { startLoad } from './load.js';

interface Key {
  readonly kid: string;
  readonly state: string;
}

/** Stories of signing keys that change while everybody is at work. */
export function describeKeys(of: () => { own: Stack; bus: NatsConnection; warden: () => Promise<string> }): void {
  const call = async (method: string, path: string, body?: object) =>
    http(method, path, { token: await of().warden(), on: of().own.describe(), ...(body ? { body } : {}) });
  const keys = async () => (await call('GET', '/v1/keys')).body.items as Key[];
  const signing = async () => (await keys()).find(({ state }) => state === 'signing')?.kid ?? '';
  const kidOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
  const somebody = () => newcomer(of().own.describe());

  describe('signing keys', () => {
    let people: Person[];
    beforeAll(async () => (people = await Promise.all(Array.from({ length: 4 }, somebody))), 30_000);

    it('rotate under load, and no request with a good token fails', async () => {
      const { own, bus } = of();
      const on = own.describe();
      const before = await signing();
      const old = await logIn(await somebody(), { on });
      const load = await startLoad(on, people, false);
      const rotated = await call('POST', '/v1/keys/rotate');
      expect([rotated.status, rotated.body.state]).toEqual([201, 'upcoming']);
      const person = await somebody();
      const deadline = Date.now() + 10_000;
      while (kidOf((await logIn(person, { on })).access) !== rotated.body.kid)
        expect(Date.now()).toBeLessThan(deadline);
      // The load goes on with the new key, however long a busy machine takes for it.
      const enough = load.served() + 50;
      while (load.served() < enough && load.failures.length === 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
      await load.stop();

      expect(load.failures).toEqual([]);
      const states = Object.fromEntries((await keys()).map(({ kid, state }) => [kid, state]));
      expect(states).toMatchObject({ [before]: 'retired', [String(rotated.body.kid)]: 'signing' });
      expect(await servicesAccepting(bus, old.access)).toEqual(EVERYBODY);
    }, 60_000);

    it('are gone everywhere within a second when one is compromised, and a refresh is enough to go on', async () => {
      const { own, bus } = of();
      const on = own.describe();
      const kid = await signing();
      const old = await logIn(await somebody(), { on });
      const load = await startLoad(on, people, true);
      const answer = await call('POST', `/v1/keys/${kid}/compromise`, { reason: 'found in a public log' });
      const answered = performance.now();
      expect([answer.status, answer.body.state]).toEqual([200, 'gone']);
      await untilAccepted(bus, [old.access], false);
      expect(performance.now() - answered).toBeLessThan(1_000);

      const next = await logIn(await somebody(), { on });
      expect(kidOf(next.access)).not.toBe(kid);
      expect(await servicesAccepting(bus, next.access)).toEqual(EVERYBODY);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await load.stop();
      expect(load.failures).toEqual([]);
      const published = (await http('GET', '/.well-known/jwks.json', { on })).body.keys as Key[];
      expect(published.map((key) => key.kid)).not.toContain(kid);
    }, 60_000);

    it('cannot be compromised by a name that no key has', async () => {
      const { status, body } = await call('POST', '/v1/keys/nobody/compromise', { reason: 'drill' });
      expect([status, body.code]).toEqual([404, 'key-not-found']);
    });
  });
}

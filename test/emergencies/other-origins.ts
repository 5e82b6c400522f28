import { http } from '../stack/http.js';
import { newcomer } from '../stack/people.js';
import type { Stack } from '../stack/stack.js';

export const ALLOWED_ORIGIN = 'https://app.citadel.test';
const STRANGERS = ['https://evil.test', 'https://app.citadel.test.evil.test', 'http://app.citadel.test', 'null'];

/** Stories of a page that is served from elsewhere, and of one that only says so. */
export function describeOtherOrigins(of: () => { own: Stack }): void {
  const on = () => of().own.describe();
  const preflight = (origin: string) =>
    http('OPTIONS', '/v1/auth/login', {
      on: on(),
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });

  describe('a page of another origin', () => {
    it('may ask, with credentials, when the configuration names its origin', async () => {
      const { headers } = await preflight(ALLOWED_ORIGIN);
      expect(headers).toMatchObject({
        'access-control-allow-origin': ALLOWED_ORIGIN,
        'access-control-allow-credentials': 'true',
        vary: expect.stringMatching(/origin/i),
      });
    });

    it.each(STRANGERS)('may not when it is %s', async (origin) => {
      const { headers } = await preflight(origin);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      const read = await http('GET', '/.well-known/jwks.json', { on: on(), headers: { origin } });
      expect(read.headers['access-control-allow-origin']).toBeUndefined();
    });

    it('changes things with cookies only from an origin that is named', async () => {
      const { email, password } = await newcomer(on());
      const logIn = (origin: string) =>
        http('POST', '/v1/auth/login', {
          body: { email, password, delivery: 'cookie' },
          on: on(),
          headers: { origin, 'sec-fetch-site': 'cross-site' },
        });
      expect((await logIn(ALLOWED_ORIGIN)).status).toBe(200);
      for (const origin of STRANGERS) expect((await logIn(origin)).body.code).toBe('csrf-rejected');
    });
  });
}

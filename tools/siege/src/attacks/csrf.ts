import { refusedAs } from '../answer.js';
import type { Attack, Family } from '../attack.js';
import { GUARDED, pathOf } from './operations.js';

/** What a browser says of a page that is not ours; a page cannot change it. */
const PAGES = {
  'a page of another site': { origin: 'https://thief.test', 'sec-fetch-site': 'cross-site' },
  'a page of a sibling host': { origin: 'https://other.localhost', 'sec-fetch-site': 'same-site' },
  'a page without an origin': { origin: 'null' },
  'somebody who does not say': {},
} as const;

const withCookies: Attack = {
  title: 'A page of somebody else, with the victim’s cookies',
  why: 'a browser sends cookies along, whoever has written the page; SameSite=Lax lets siblings through',
  holds: 'Sec-Fetch-Site and Origin, asked for wherever a cookie is used for anything but reading (RFC 10017)',
  async run({ http, victim }) {
    const cookie = `__Host-citadel-access=${victim.accessToken}`;
    const changing = GUARDED.filter(({ method }) => method !== 'GET');
    return Promise.all(
      changing.flatMap((operation) =>
        Object.entries(PAGES).map(async ([page, headers]) => {
          const call = { headers: { ...headers, cookie, 'if-match': '*' } };
          const answer = await http(operation.method, pathOf(operation, {}), call);
          return refusedAs('csrf-rejected')(`${operation.id} from ${page}`, answer);
        }),
      ),
    );
  },
};

const planting: Attack = {
  title: 'A page of somebody else that logs the victim in as the attacker',
  why: 'login CSRF: what the victim then does, they do in the attacker’s account',
  holds: 'the same question, before cookies are set',
  async run({ http, attacker: { email, password, refreshToken } }) {
    const refused = refusedAs('csrf-rejected');
    const renewal = { cookie: `__Host-citadel-refresh=${refreshToken}` };
    return Promise.all(
      Object.entries(PAGES).flatMap(([page, headers]) => [
        http('POST', '/v1/auth/login', { headers, body: { email, password, delivery: 'cookie' } }).then((answer) =>
          refused(`login from ${page}`, answer),
        ),
        http('POST', '/v1/auth/refresh', { headers: { ...headers, ...renewal } }).then((answer) =>
          refused(`refresh from ${page}`, answer),
        ),
      ]),
    );
  },
};

/** Under the prefix `__Host-` a browser accepts no cookie with `Domain`; these names it accepts from a sibling. */
const PLANTABLE = ['__Secure-citadel-refresh', '__host-citadel-refresh', 'citadel-refresh'];

const tossing: Attack = {
  title: 'A refresh cookie that a sibling domain has planted',
  why: 'a cookie with Domain is sent to every host below it, so the page of a sibling logs the victim in as the attacker',
  holds: 'a refresh token is read from a `__Host-` cookie alone, which no browser accepts from a sibling',
  async run({ http, recruit }) {
    const { refreshToken } = await recruit();
    const tries = PLANTABLE.map(async (name) => {
      const headers = { 'sec-fetch-site': 'same-origin', cookie: `${name}=${refreshToken}` };
      return refusedAs('invalid-refresh-token')(name, await http('POST', '/v1/auth/refresh', { headers }));
    });
    return Promise.all(tries);
  },
};

export const csrf: Family = {
  name: 'csrf',
  title: 'pages that borrow the victim’s browser',
  attacks: [withCookies, planting, tossing],
};

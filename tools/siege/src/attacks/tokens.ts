import { badTokens } from '@citadel/auth/testing';
import { ACCESS_TABLE, CONTRACT_NAMES, CONTRACTS } from '@citadel/contracts';
import { type Operation, probeOf } from '@citadel/protocol';

import { type Answer, refusedAs } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield } from '../battlefield.js';

const PROBES: readonly Operation[] = CONTRACT_NAMES.map((name) => probeOf(CONTRACTS[name]));

/** Where a token can be presented, and the audience that it must be for. */
const DOORS: readonly (readonly [
  at: string,
  audience: string,
  knock: (field: Battlefield, token: string) => Promise<Answer>,
])[] = [
  ['the gateway', 'gateway', (field, token) => field.http('GET', '/v1/auth/sessions', { token })],
  ...PROBES.map(
    ({ service, subject }) =>
      [service, service, (field: Battlefield, token: string) => field.ask(subject, {}, { token })] as const,
  ),
];

type Lesson = Omit<Attack, 'run'> & { readonly faults: RegExp };

/** Which faults of `badTokens` teach which lesson; what fits none of them is tried all the same. */
export const LESSONS: readonly Lesson[] = [
  {
    title: 'A token that nobody signed',
    why: 'a library that takes the algorithm from the token trusts alg "none"',
    holds: 'the key: each has one algorithm, and the token’s own word about it is only compared (RFC 8725 §3.1)',
    faults: /^not signed|without a signature/,
  },
  {
    title: 'A token signed with what everybody knows',
    why: 'a public RSA or EC key, taken as an HMAC secret, lets anyone sign',
    holds: 'the key, again: an ES256 key verifies ES256 and nothing else (RFC 8725 §2.1)',
    faults: /HMAC|another algorithm/,
  },
  {
    title: 'A token that brings its own key, or says where to find it',
    why: 'jwk, jku, x5u and a kid that is a path or SQL make the verifier fetch the attacker’s key',
    holds: 'a header in which nothing but alg, typ and kid may stand; kid is looked up in memory (RFC 8725 §3.10)',
    faults: /key id|signed with (the|a) key|elsewhere/,
  },
  {
    title: 'A token that was changed, or spelled another way',
    why: 'lenient base64url gives one token many texts, and a denylist of texts is walked round',
    holds: 'canonical base64url, and revocation by jti, sid and sub instead of by text',
    faults: /changed|padded|base64|stray|cut/,
  },
  {
    title: 'A token of another kind',
    why: 'an ID token or a refresh token of the same issuer has a good signature, too',
    holds: 'typ: at+jwt, and no crit or zip that nobody understands (RFC 9068 §4)',
    faults: /of type|of no type|type of|extension|compressed/,
  },
  {
    title: 'A token of another time',
    why: 'a missing exp means forever to many verifiers, and a far one outlives every revocation',
    holds: 'exp, nbf and iat, all checked on every use, and a bound on how long a token may live',
    faults: /expired|valid|future|expiring/,
  },
  {
    title: 'A token for somebody else',
    why: 'a service that does not look at aud accepts what was issued for its neighbour',
    holds: 'each service’s own audience (RFC 8725 §3.9)',
    faults: /^for /,
  },
  {
    title: 'A token of somebody else’s issuer',
    why: 'issuers are compared by prefix, or not at all',
    holds: 'iss, compared character by character (RFC 8725 §3.8)',
    faults: /issuer|^of no issuer/,
  },
  {
    title: 'A token with claims that no issuer of ours writes',
    why: 'roles: "sovereign".includes("sovereign") is true for a text as well as for a list',
    holds: 'a schema for the claims, of which nothing may be missing or of another type',
    faults: /^without (sub|jti|iat|client_id)|about somebody|with roles|with permissions|cleared/,
  },
  {
    title: 'What is no token at all',
    why: 'parsers differ about what they skip, and long ones cost time',
    holds: 'an exact form, checked before any key is looked at',
    faults: /(?:)/,
  },
];

/** The first lesson that fits: each fault teaches one. */
export const lessonOf = (fault: string): Lesson | undefined => LESSONS.find(({ faults }) => faults.test(fault));

const refused = refusedAs('unauthenticated');

const forged = LESSONS.map((lesson): Attack => ({
  ...lesson,
  async run(field) {
    await requireControl(field);
    const tries = DOORS.flatMap(([at, audience, knock]) =>
      badTokens(field.issuer, audience)
        .filter(([fault]) => lessonOf(fault) === lesson)
        .map(async ([fault, token]): Promise<Try> => refused(`${at}, ${fault}`, await knock(field, token))),
    );
    return Promise.all(tries);
  },
}));

/** What is refused below must be refused for its fault, so a token without one must be taken. */
async function requireControl(field: Battlefield): Promise<void> {
  if (!field.isRealIssuer) return;
  const permissions = PROBES.flatMap(({ id }) => ACCESS_TABLE[id]?.permissions ?? []);
  for (const [at, audience, knock] of DOORS) {
    const token = field.issuer.tokenFor([audience, 'auth'], { permissions });
    const answer = await knock(field, token);
    const isAccepted = answer.code !== 'unauthenticated' && answer.status < 500;
    if (!isAccepted) throw new Error(`${at} refuses a token without a fault, so nothing would be proved`);
  }
}

const misplaced: Attack = {
  title: 'A good token in a place where none belongs',
  why: 'what stands in addresses and unusual headers ends up in logs, and is set by pages and proxies',
  holds: 'two places and no more: Authorization: Bearer, and one cookie that browsers protect',
  async run({ http, victim: { accessToken: token } }) {
    const headers = ['x-access-token', 'x-auth-token', 'proxy-authorization', 'x-forwarded-authorization', 'token'];
    return Promise.all([
      ...headers.map(async (name) =>
        refused(`the header ${name}`, await http('GET', '/v1/auth/me', { headers: { [name]: `Bearer ${token}` } })),
      ),
      ...['access_token', 'token', 'citadel-access', '__Host-access'].map(async (name) =>
        refused(`a cookie ${name}`, await http('GET', '/v1/auth/me', { headers: { cookie: `${name}=${token}` } })),
      ),
      http('GET', `/v1/auth/me?access_token=${token}`).then((answer) => refused('the address', answer)),
      ...['Basic', 'Token', 'Bearer Bearer', ''].map(async (scheme) =>
        refused(
          `the scheme "${scheme}"`,
          await http('GET', '/v1/auth/me', { headers: { authorization: `${scheme} ${token}`.trim() } }),
        ),
      ),
    ]);
  },
};

const otherKind: Attack = {
  title: 'A refresh token instead of an access token, and the other way round',
  why: 'where both are JWTs of one key, the long-lived one opens every door',
  holds: 'refresh tokens that are no JWTs: 256 random bits, known to the auth service alone, and only as a hash',
  async run({ http, ask, victim }) {
    const asAccess = { token: victim.refreshToken };
    const asRefresh = { refresh_token: victim.accessToken.slice(0, 256) };
    return [
      refused('the gateway', await http('GET', '/v1/auth/me', asAccess)),
      refused('the treasury', await ask('treasury.listAccounts', {}, asAccess)),
      refusedAs('invalid-refresh-token')('refreshing', await http('POST', '/v1/auth/refresh', { body: asRefresh })),
    ];
  },
};

export const tokens: Family = {
  name: 'tokens',
  title: 'forged, foreign and misplaced credentials',
  attacks: [...forged, misplaced, otherKind],
};

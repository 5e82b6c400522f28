import { type Answer, describe, isSuccess, refusedAs } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield, Person } from '../battlefield.js';
import { otherSignature } from './other-signature.js';

const AGAIN_AFTER_MS = 500;

const refreshWith = (field: Battlefield, token: string) =>
  field.http('POST', '/v1/auth/refresh', { body: { refresh_token: token } });

const tokensIn = ({ body }: Answer) => body as { access_token?: string; refresh_token?: string };

const stolen: Attack = {
  title: 'A refresh token, used a second time by whoever stole it',
  why: 'a refresh token that is good twice is good for a thief, for as long as its owner does not log out',
  holds: 'rotation: a replay ends the session, the thief’s tokens and the owner’s with it (RFC 9700 §4.14.2)',
  async run(field) {
    const owner = await field.recruit();
    const used = tokensIn(await refreshWith(field, owner.refreshToken));
    const began = performance.now();
    let replay = await refreshWith(field, owner.refreshToken);
    let isSameSuccessor = true;
    // For a few seconds it yields its successor, for the sake of two tabs; then it kills the session.
    while (isSuccess(replay) && performance.now() - began < field.patience.grace) {
      isSameSuccessor &&= tokensIn(replay).refresh_token === used.refresh_token;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      replay = await refreshWith(field, owner.refreshToken);
    }
    const refused = refusedAs('invalid-refresh-token');
    return [
      { at: 'within the grace window', answer: 'the same successor', held: isSameSuccessor },
      refused('after it', replay),
      refused('the successor, after that', await refreshWith(field, used.refresh_token ?? '')),
      ...(await refusedEverywhere(field, used.access_token ?? '', 'its access token')),
    ];
  },
};

const atOnce: Attack = {
  title: 'A refresh token, used twenty times in one moment',
  why: 'read, check, write: between the check and the write there is room for a second reader',
  holds: 'one statement of PostgreSQL, in which exactly one attempt wins and all see its successor',
  async run(field) {
    const owner = await field.recruit();
    const attempts = Array.from({ length: 20 }, () => refreshWith(field, owner.refreshToken));
    const answers = (await Promise.all(attempts)).filter(isSuccess);
    const successors = new Set(answers.map((answer) => tokensIn(answer).refresh_token));
    const count = `${String(answers.length)} answers, ${String(successors.size)} successor`;
    return [{ at: '20 at once', answer: count, held: successors.size === 1 }];
  },
};

const afterLogout: Attack = {
  title: 'An access token, after its owner has logged out',
  why: 'a JWT is good until it expires, whatever the session table says',
  holds: 'a list of revocations in every service’s memory, there within milliseconds',
  async run(field) {
    const owner = await field.recruit();
    await logOut(field, owner);
    return [
      ...(await refusedEverywhere(field, owner.accessToken, 'it')),
      refusedAs('invalid-refresh-token')('its refresh token', await refreshWith(field, owner.refreshToken)),
    ];
  },
};

const twin: Attack = {
  title: 'The twin of a revoked token: other text, same claims',
  why: 'an ECDSA signature (r, s) has a twin (r, n − s), and a denylist of texts or hashes does not know it',
  holds: 'revocation by what the claims name: jti, sid and sub',
  async run(field) {
    const owner = await field.recruit();
    await logOut(field, owner);
    return refusedEverywhere(field, otherSignature(owner.accessToken), 'the twin');
  },
};

const logOut = (field: Battlefield, { accessToken: token }: Person) => field.http('POST', '/v1/auth/logout', { token });

/** Asks everybody until the promised time has passed, or until it is refused. */
async function refusedEverywhere(field: Battlefield, token: string, what: string): Promise<Try[]> {
  const doors: readonly (readonly [string, () => Promise<Answer>])[] = [
    ['the gateway', () => field.http('GET', '/v1/auth/me', { token })],
    ...['auth.me', 'treasury.listAccounts', 'archives.listDocuments'].map(
      (subject) => [subject, () => field.ask(subject, {}, { token })] as const,
    ),
  ];
  return Promise.all(
    doors.map(async ([door, knock]) => {
      const began = performance.now();
      let answer = await knock();
      while (isSuccess(answer) && performance.now() - began < field.patience.revocation) answer = await knock();
      return { at: `${what} at ${door}`, answer: describe(answer), held: answer.code === 'unauthenticated' };
    }),
  );
}

export const replay: Family = {
  name: 'replay',
  title: 'credentials whose time is over',
  attacks: [stolen, atOnce, afterLogout, twin],
};

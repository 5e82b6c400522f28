import { type Answer, describe, isSuccess, refusedAs } from '../answer.js';
import type { Attack, Family } from '../attack.js';
import type { Battlefield } from '../battlefield.js';

/** More than anybody is allowed at once, and few enough to be over in seconds. */
const TURNS = 100;

const refreshWith = (field: Battlefield, token: string) =>
  field.http('POST', '/v1/auth/refresh', { body: { refresh_token: token } });

const revoke = (field: Battlefield, token: string) =>
  field.http('POST', '/oauth/revoke', {
    raw: new URLSearchParams({ token }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const tokensIn = ({ body }: Answer) => body as { access_token?: string; refresh_token?: string };

const refreshAndRevoke: Attack = {
  title: 'A loop of refreshing and revoking',
  why: 'each turn leaves an entry in the memory of every process, and limits on passwords do not count good tokens',
  holds: 'what a session and a user may do in a while is counted, and a user of whom much is revoked has one entry',
  async run(field) {
    const [citizen, other] = [await field.recruit(), await field.recruit()];
    let refreshed = await refreshWith(field, citizen.refreshToken);
    let revoked = await revoke(field, tokensIn(refreshed).access_token ?? '');
    for (let turn = 1; turn < TURNS && isSuccess(refreshed); turn++) {
      const { access_token: access = '', refresh_token: next = '' } = tokensIn(refreshed);
      if (isSuccess(revoked)) revoked = await revoke(field, access);
      refreshed = await refreshWith(field, next);
    }
    const refused = refusedAs('too-many-requests');
    const served = await refreshWith(field, other.refreshToken);
    return [
      refused('refreshing', refreshed),
      refused('revoking', revoked),
      { at: 'another citizen, meanwhile', answer: describe(served), held: isSuccess(served) },
    ];
  },
};

export const flood: Family = { name: 'flood', title: 'more than one user should cost', attacks: [refreshAndRevoke] };

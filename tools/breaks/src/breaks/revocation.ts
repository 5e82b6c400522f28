import type { Break } from '../break.js';

const GROWTH = 'apps/auth/src/revocations/growth.spec.ts';
const ROTATION = 'apps/auth/src/sessions/refresh-rotation.spec.ts';
const COMPARISON = 'apps/auth/src/revocations/revocation-comparison.spec.ts';

export const breaks: readonly Break[] = [
  {
    rule: 'Many revocations of one user are one entry',
    file: 'apps/auth/src/revocations/owned-revocations.ts',
    find: '+ owned.length <= atMost) return orders;',
    replace: '+ owned.length <= Infinity + atMost) return orders;',
    spec: GROWTH,
    test: 'are named until there are many, and are one entry from then on',
  },
  {
    rule: 'Revocations of one user that come at once are counted exactly',
    file: 'apps/auth/src/revocations/owned-revocations.ts',
    find: 'WHERE id = ${id}::uuid FOR NO KEY UPDATE`',
    replace: 'WHERE id = ${id}::uuid`',
    spec: GROWTH,
    test: 'are counted exactly when many come at once',
  },
  {
    rule: 'A process that starts can load a full bucket',
    file: 'libs/auth/src/nats/kv-revocation-source.ts',
    find: "watch({ include: 'history' })",
    replace: 'watch()',
    spec: 'libs/platform/src/nats/buckets.spec.ts',
    test: 'are read in their order, because NATS would scan a million subjects to find the last of each',
  },
  {
    rule: 'A full bucket takes one entry for each user',
    file: 'apps/auth/src/revocations/revocations.service.ts',
    find: 'this.isBucketFull ? 0 : NAMED_PER_USER',
    replace: 'NAMED_PER_USER',
    spec: GROWTH,
    test: 'takes one entry for each user, and what they revoke is refused all the same',
  },
  {
    rule: 'An allowance is an end to it',
    file: 'apps/auth/src/allowances/allowance.ts',
    find: 'make_interval(secs => ${every * (atOnce - 1)})',
    replace: "make_interval(secs => ${every * atOnce}) + interval '1 day'",
    spec: 'apps/auth/src/allowances/allowances.service.spec.ts',
    test: 'refuses what is beyond it, and says when to try again',
  },
  {
    rule: 'Revoking has a limit by user',
    file: 'apps/auth/src/tokens/tokens.service.ts',
    find: "await this.allowances.spend('revocationOfUser', userId);",
    replace: '',
    spec: GROWTH,
    test: 'is slowed down, with whosever tokens, and adds no more to the trail',
  },
  {
    rule: 'Refreshing has a limit by session and by user',
    file: 'apps/auth/src/sessions/refresh-rotation.ts',
    find: 'session.is_old OR EXISTS (SELECT FROM user_may)',
    replace: 'true',
    spec: ROTATION,
    test: 'slows down a session that refreshes in a loop, by rotation or by replay, and adds nothing',
  },
  {
    rule: 'A reused refresh token ends its session, whatever the limits',
    file: 'apps/auth/src/sessions/refresh-rotation.ts',
    find: 'session.is_old OR EXISTS (SELECT FROM user_may)',
    replace: 'EXISTS (SELECT FROM user_may)',
    spec: ROTATION,
    test: 'ends a session whose token is replayed after the grace window, however much in a hurry it is',
  },
  {
    rule: 'The database takes over a generation that is higher in the bucket',
    file: 'apps/auth/src/revocations/revocation-comparison.ts',
    find: 'if (counted.length === 0) return;',
    replace: 'if (counted.length >= 0) return;',
    spec: COMPARISON,
    test: 'raises what is lower in the database, as after a restore, so that a new login is good at once',
  },
  {
    rule: 'What the bucket has lost is published again',
    file: 'apps/auth/src/revocations/revocation-comparison.ts',
    find: 'if (stored <= found) return;',
    replace: 'if (stored <= Infinity) return;',
    spec: COMPARISON,
    test: 'publishes everything again when the bucket has lost something',
  },
  {
    rule: 'Loading goes on for as long as entries come',
    file: 'libs/auth/src/revocation/revocation-list.ts',
    find: 'else if (this.received > received) lastGood = performance.now();',
    replace: '',
    spec: 'libs/auth/src/revocation/revocation-list.spec.ts',
    test: 'goes on loading for as long as entries come, and does not begin again',
  },
  {
    rule: 'After a restore every counter is above what was published',
    file: 'apps/auth/src/revocations/after-restore.ts',
    find: 'await transaction.user.updateMany({ data: { generation: { increment: STEP } } });',
    replace: '',
    spec: 'apps/auth/src/revocations/after-restore.spec.ts',
    test: 'lets a restored database issue good tokens at once, and none of what it had forgotten to end',
  },
];

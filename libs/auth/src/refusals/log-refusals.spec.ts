import { Logger } from '@nestjs/common';

import { logRefusals } from './log-refusals.js';

const lines: unknown[] = [];
const keep = (line: unknown) => void lines.push(line);

describe('refusals of an application that keeps none', () => {
  it('are logged with code and reason, ten in a second at most, and counted beyond', () => {
    Logger.overrideLogger({ warn: keep, log: keep, error: keep });
    let now = 0;
    const log = logRefusals(() => now);
    const refusal = { decision: 'd-1', code: 'unauthenticated', service: 'orders', entrance: 'HTTP GET /me' } as const;
    const logOne = () => log({ ...refusal, rule: 'jwt expired', claims: {}, subject: undefined, sessionId: undefined });
    for (let i = 0; i < 25; i++) logOne();
    expect(lines).toEqual(Array(10).fill('unauthenticated at HTTP GET /me: jwt expired (unknown, d-1)'));
    now = 1_000;
    logOne();
    expect(lines.slice(10)).toEqual(['15 more refusals were not logged', lines[0]]);
    Logger.overrideLogger(false);
  });
});

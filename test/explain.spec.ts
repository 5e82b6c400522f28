import until from 'p-wait-for';
import { type Answer, http, tokenOf } from './stack/http.js';
import { asSovereign, official } from './stack/officials.js';

const ask = async (question: unknown): Promise<Answer> =>
  http('POST', '/v1/access/explain', { token: await tokenOf('warden'), body: question });

/** A refusal is recorded by itself, a moment after it was made. */
const explained = (decision: unknown) =>
  until(async () => {
    const answer = await ask({ decision });
    return answer.status !== 404 && until.resolveWith(answer);
  });

async function untilKept(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const refused = await call();
    const { body } = await explained(refused.body.decision);
    if (body.decision?.code === refused.body.code || tries === 10) return refused;
  }
}

describe('why a user may call an operation', () => {
  it('is the role that gives the permission', async () => {
    const { id } = await official({ roles: ['treasurer', 'scribe'] });
    const { status, body } = await ask({ user: id, operation: 'treasury.transfer' });
    expect([status, body]).toEqual([
      200,
      {
        isAllowed: true,
        operation: 'treasury.transfer',
        user: id,
        reasons: ['The user is enabled', 'treasury:transfers:create comes from treasurer, teller'],
        decision: null,
      },
    ]);
  });

  it('is that anyone may', async () => {
    const { id } = await official();
    expect((await ask({ user: id, operation: 'auth.login' })).body).toMatchObject({
      isAllowed: true,
      reasons: ['Anyone may call this operation'],
    });
  });
});

describe('why a user may not', () => {
  it('is the permission that none of their roles gives', async () => {
    const { id } = await official();
    expect((await ask({ user: id, operation: 'auth.setUserRoles' })).body).toMatchObject({
      isAllowed: false,
      reasons: [
        'The user is enabled',
        'auth:users:manage is missing: none of the roles [citizen] gives it',
        'The login must be at most 900 seconds old',
      ],
    });
  });

  it('is that they are disabled', async () => {
    const { id } = await official({ roles: ['treasurer'] });
    await asSovereign('POST', `/v1/users/${id}/disable`);
    const { body } = await ask({ user: id, operation: 'treasury.openAccount' });
    expect([body.isAllowed, body.reasons[0]]).toEqual([false, 'The user is disabled']);
  });
});

describe('what happened at a refusal', () => {
  it('is found by its decision id: the permission that was missing at the treasury, and what the token held', async () => {
    const scribe = await official({ roles: ['scribe'] });
    const refused = await http('POST', '/v1/treasury/accounts', {
      token: scribe.token,
      body: { name: 'Mine', currency: 'EUR' },
    });
    const { status, body } = await explained(refused.body.decision);
    expect([status, body]).toMatchObject([
      200,
      {
        isAllowed: false,
        operation: 'subject treasury.openAccount',
        user: scribe.id,
        reasons: ['treasury refused it with missing-permission: permission treasury:accounts:open'],
        decision: {
          id: refused.body.decision,
          service: 'treasury',
          code: 'missing-permission',
          rule: 'permission treasury:accounts:open',
          claims: { roles: ['scribe'], permissions: ['archives:documents:file', 'archives:documents:read'] },
        },
      },
    ]);
  });

  it('is found for the gateway’s refusals, too, with the reason that the caller did not get', async () => {
    const token = await tokenOf('citizen');
    const tampered = `${token.slice(0, -10)}AAAAAAAAAA`;
    // The other stories' strangers share this address, and may have used up what is kept one by one.
    const refused = await untilKept(() => http('GET', '/v1/treasury/accounts', { token: tampered }));
    expect(Object.keys(refused.body as object).sort()).toEqual(['code', 'decision', 'status', 'title', 'type']);
    expect(refused.headers['www-authenticate']).toContain(String(refused.body.decision));
    const { body } = await explained(refused.body.decision);
    expect(body).toMatchObject({
      isAllowed: false,
      operation: 'HTTP GET /v1/treasury/accounts',
      user: null,
      decision: { service: 'gateway', code: 'unauthenticated', claims: {} },
    });
    expect(JSON.stringify(body)).not.toContain(tampered.slice(0, 40));
  });

  it('is found for the rules of the archives and of administration', async () => {
    const scribe = await official({ roles: ['scribe'] });
    const filed = await http('POST', '/v1/archives/documents', {
      token: scribe.token,
      body: { title: 'High', body: 'Very', clearance: 'sealed' },
    });
    expect((await explained(filed.body.decision)).body.decision).toMatchObject({
      service: 'archives',
      code: 'insufficient-clearance',
      rule: 'You are cleared up to "restricted"',
    });
    const granted = await http('PUT', `/v1/users/${scribe.id}/roles`, {
      token: await tokenOf('warden'),
      headers: { 'if-match': '*' },
      body: { roles: ['sovereign'] },
    });
    expect((await explained(granted.body.decision)).body.decision).toMatchObject({
      service: 'auth',
      code: 'beyond-your-power',
    });
  });
});

describe('a question', () => {
  it.each([
    [400, 'invalid-request', {}],
    [400, 'invalid-request', { user: 'somebody' }],
    [404, 'user-not-found', { user: crypto.randomUUID(), operation: 'treasury.transfer' }],
    [404, 'operation-not-found', { user: crypto.randomUUID(), operation: 'constructor' }],
    [404, 'decision-not-found', { decision: crypto.randomUUID() }],
  ])('is answered with %i %s: %j', async (status, code, question) => {
    const answer = await ask(question);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is for wardens to ask', async () => {
    const { status, body } = await http('POST', '/v1/access/explain', {
      token: await tokenOf('citizen'),
      body: { decision: crypto.randomUUID() },
    });
    expect([status, body.permission]).toEqual([403, 'auth:access:explain']);
  });
});

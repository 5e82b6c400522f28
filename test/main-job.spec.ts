import { randomUUID } from 'node:crypto';

import { http, tokenOf } from './stack/http.js';

const stranger = () => ({ email: `${randomUUID()}@citadel.test`, password: `harbour ${randomUUID()}` });

/** Somebody who has just registered and logged in. */
async function newcomer() {
  const credentials = stranger();
  const registered = await http('POST', '/v1/auth/register', { body: credentials });
  const loggedIn = await http('POST', '/v1/auth/login', { body: credentials });
  return {
    ...credentials,
    id: String(registered.body.id),
    registered,
    loggedIn,
    token: String(loggedIn.body.access_token),
  };
}

describe('a newcomer', () => {
  it('registers as a citizen and as nothing else', async () => {
    const { registered, email } = await newcomer();
    expect([registered.status, registered.body]).toEqual([201, { id: expect.any(String), email, roles: ['citizen'] }]);
  });

  it.each(['roles', 'permissions', 'clearance', 'id', 'isAdmin'])(
    'cannot register with %s of their own',
    async (field) => {
      const { status, body } = await http('POST', '/v1/auth/register', {
        body: { ...stranger(), [field]: ['sovereign'] },
      });
      expect([status, body.code, body.errors]).toEqual([
        400,
        'invalid-request',
        [{ in: 'body', path: `/${field}`, message: 'is not known here' }],
      ]);
    },
  );

  it('cannot take an address twice, however it is spelled', async () => {
    const { email, password } = await newcomer();
    const { status, body } = await http('POST', '/v1/auth/register', {
      body: { email: email.toUpperCase(), password },
    });
    expect([status, body.code]).toEqual([409, 'email-taken']);
  });

  it('logs in and is given tokens as RFC 6749 words them, which no cache may store', async () => {
    const { loggedIn } = await newcomer();
    expect(loggedIn.status).toBe(200);
    expect(loggedIn.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      refresh_expires_in: expect.any(Number),
      device_token: expect.any(String),
      device_expires_in: expect.any(Number),
    });
    expect(loggedIn.headers['cache-control']).toBe('no-store');
  });

  it('opens an account, files a document, and finds both again', async () => {
    const { token, id } = await newcomer();
    const account = await http('POST', '/v1/treasury/accounts', {
      token,
      body: { name: 'Household', currency: 'EUR' },
    });
    expect([account.status, account.body]).toMatchObject([201, { ownerId: id, balance: 0, kind: 'customer' }]);
    const document = await http('POST', '/v1/archives/documents', { token, body: { title: 'Deed', body: 'The mill' } });
    expect([document.status, document.body]).toMatchObject([201, { ownerId: id, clearance: 'restricted' }]);

    const accounts = await http('GET', '/v1/treasury/accounts', { token });
    expect(accounts.body).toEqual({ items: [account.body], nextCursor: null });
    const read = await http('GET', `/v1/archives/documents/${String(document.body.id)}`, { token });
    expect([read.status, read.body]).toEqual([200, document.body]);
  });

  it('is not shown what belongs to another user, nor that it exists', async () => {
    const [owner, other] = [await newcomer(), await newcomer()];
    const account = await http('POST', '/v1/treasury/accounts', {
      token: owner.token,
      body: { name: 'Mine', currency: 'EUR' },
    });
    const document = await http('POST', '/v1/archives/documents', {
      token: owner.token,
      body: { title: 'Mine', body: 'x' },
    });
    for (const [path, code] of [
      [`/v1/treasury/accounts/${String(account.body.id)}`, 'account-not-found'],
      [`/v1/archives/documents/${String(document.body.id)}`, 'document-not-found'],
    ] as const) {
      const { status, body } = await http('GET', path, { token: other.token });
      expect([status, body.code]).toEqual([404, code]);
    }
    expect((await http('GET', '/v1/treasury/accounts', { token: other.token })).body.items).toEqual([]);
  });

  it('gets the same answer for a wrong password and for an unknown e-mail', async () => {
    const { email } = await newcomer();
    const wrong = await http('POST', '/v1/auth/login', { body: { email, password: 'not the password' } });
    const unknown = await http('POST', '/v1/auth/login', { body: stranger() });
    expect([wrong.status, wrong.body.code, wrong.body.title]).toEqual([
      unknown.status,
      unknown.body.code,
      unknown.body.title,
    ]);
    expect(wrong.status).toBe(401);
  });
});

describe('a role that lacks the permission', () => {
  it('is refused with the name of what is missing', async () => {
    const token = await tokenOf('scribe');
    const { status, body, headers } = await http('POST', '/v1/treasury/accounts', {
      token,
      body: { name: 'x', currency: 'EUR' },
    });
    expect([status, body.code, body.permission]).toEqual([403, 'missing-permission', 'treasury:accounts:open']);
    expect(headers['www-authenticate']).toMatch(/^Bearer error="insufficient_scope"/);
  });
});

describe('money', () => {
  it('comes from the vault, goes from hand to hand, and adds up to nothing', async () => {
    const treasurer = await tokenOf('treasurer');
    const vaults = await http('GET', '/v1/treasury/accounts?kind=vault&limit=100', { token: treasurer });
    const vault = (vaults.body.items as { id: string; currency: string; balance: number }[]).find(
      ({ currency }) => currency === 'SEK',
    );
    const [ada, ben] = [await newcomer(), await newcomer()];
    const open = async (token: string) =>
      String(
        (await http('POST', '/v1/treasury/accounts', { token, body: { name: 'Purse', currency: 'SEK' } })).body.id,
      );
    const [adas, bens] = [await open(ada.token), await open(ben.token)];

    const issued = await http('POST', '/v1/treasury/vault-draws', {
      token: treasurer,
      body: { to: adas, amount: 1000 },
    });
    expect(issued.status).toBe(201);
    const paid = await http('POST', '/v1/treasury/transfers', {
      token: ada.token,
      body: { from: adas, to: bens, amount: 400 },
    });
    expect(paid.status).toBe(201);
    const tooMuch = await http('POST', '/v1/treasury/transfers', {
      token: ada.token,
      body: { from: adas, to: bens, amount: 601 },
    });
    expect([tooMuch.status, tooMuch.body.code]).toEqual([409, 'insufficient-funds']);
    const stolen = await http('POST', '/v1/treasury/transfers', {
      token: ben.token,
      body: { from: adas, to: bens, amount: 1 },
    });
    expect([stolen.status, stolen.body.code]).toEqual([404, 'account-not-found']);

    const balanceOf = async (id: string) =>
      Number((await http('GET', `/v1/treasury/accounts/${id}`, { token: treasurer })).body.balance);
    await expect(Promise.all([adas, bens, String(vault?.id)].map(balanceOf))).resolves.toEqual([
      600,
      400,
      (vault?.balance ?? 0) - 1000,
    ]);
  });
});

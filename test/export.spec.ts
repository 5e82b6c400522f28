import { http, tokenOf } from './stack/http.js';
import { asSovereign } from './stack/officials.js';
import { logIn, newcomer } from './stack/people.js';

const exportFor = (token: string) => http('GET', '/v1/auth/me/export', { token });

describe('the export of what is held about a user', () => {
  it('has what auth, the treasury and the archives know, and is stored by no cache', async () => {
    const person = await newcomer();
    const { access: token } = await logIn(person);
    const account = { name: 'Household', currency: 'EUR' };
    await http('POST', '/v1/treasury/accounts', { token, body: account });
    await http('POST', '/v1/archives/documents', { token, body: { title: 'Deed', body: 'The mill is mine' } });
    await asSovereign('PUT', `/v1/users/${person.id}/clearance`, { clearance: 'secret' });
    const again = await logIn(person);

    const { status, body, headers } = await exportFor(again.access);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({
      me: { id: person.id, email: person.email, clearance: 'secret' },
      treasury: { accounts: [account], isComplete: true },
      archives: { documents: [{ title: 'Deed', ownerId: person.id }], isComplete: true },
      isComplete: true,
    });
    const events = body.events as { type: string; actor: string | null; address: string | null }[];
    expect(events.find(({ type }) => type === 'login')).toMatchObject({ actor: person.id });
    expect(events.find(({ type }) => type === 'user-clearance-changed')).toMatchObject({ actor: null, address: null });
  });

  it('is theirs whatever they may do: a user without any role has it, too', async () => {
    const person = await newcomer();
    await asSovereign('PUT', `/v1/users/${person.id}/roles`, { roles: [] });
    const { status, body } = await exportFor((await logIn(person)).access);
    expect([status, body.treasury, body.archives]).toMatchObject([200, { accounts: [] }, { documents: [] }]);
  });

  it('of somebody who may see everything is no more than what is held about themselves', async () => {
    const { status, body } = await exportFor(await tokenOf('sovereign'));
    expect(status).toBe(200);
    const documents = (body.archives as { documents: { ownerId: string }[] }).documents;
    expect(documents.filter(({ ownerId }) => ownerId !== (body.me as { id: string }).id)).toEqual([]);
  });
});

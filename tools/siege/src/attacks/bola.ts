import type { archives, auth, treasury } from '@citadel/contracts';

import { type Answer, isSuccess, refusedAs, withoutYield } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield, Person } from '../battlefield.js';
import { OPERATIONS, type OperationId, pathOf } from './operations.js';

type WithParams<Service extends string, Contract> = {
  [Name in keyof Contract & string]: Contract[Name] extends { readonly params: object } ? `${Service}.${Name}` : never;
}[keyof Contract & string];

/** Operations with an id in their path, and those with somebody’s id in their body. */
type WithId =
  | WithParams<'auth', typeof auth>
  | WithParams<'treasury', typeof treasury>
  | WithParams<'archives', typeof archives>
  | ('treasury.transfer' & OperationId);

/** What belongs to the victim. */
interface Belongings {
  readonly user: string;
  readonly session: string;
  readonly account: string;
  readonly document: string;
  /** The attacker’s own account, for whatever they can lay their hands on. */
  readonly booty: string;
}

interface Grasp {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** How it must be refused. */
  readonly code: string;
}

const ofUser = ({ user: id }: Belongings, body?: Grasp['body']): Grasp => ({
  params: { id },
  ...(body ? { body } : {}),
  code: 'missing-permission',
});

/** For every operation with an id: a request about the victim’s. One that is left out does not compile. */
const GRASPS: Readonly<Record<WithId, (of: Belongings) => Grasp>> = {
  'auth.endSession': ({ session: id }) => ({ params: { id }, code: 'session-not-found' }),
  'auth.revokeUserTokens': (of) => ofUser(of),
  'auth.findUser': (of) => ofUser(of),
  'auth.setUserRoles': (of) => ofUser(of, { roles: [] }),
  'auth.setUserClearance': (of) => ofUser(of, { clearance: 'public' }),
  'auth.disableUser': (of) => ofUser(of),
  'auth.enableUser': (of) => ofUser(of),
  'auth.compromiseKey': () => ({ params: { kid: 'any' }, body: { reason: 'x' }, code: 'missing-permission' }),
  'auth.changeRole': () => ({
    params: { name: 'any-role' },
    body: { summary: 'x', permissions: [] },
    code: 'missing-permission',
  }),
  'auth.removeRole': () => ({ params: { name: 'any-role' }, code: 'missing-permission' }),
  'treasury.findAccount': ({ account: id }) => ({ params: { id }, code: 'account-not-found' }),
  'treasury.transfer': ({ account: from, booty: to }) => ({
    body: { from, to, amount: 1 },
    code: 'account-not-found',
  }),
  'archives.readDocument': ({ document: id }) => ({ params: { id }, code: 'document-not-found' }),
};

async function belongingsOf({ http, attacker, victim }: Battlefield): Promise<Belongings> {
  const made = async (path: string, { accessToken: token }: Person, body: unknown) =>
    idIn(await http('POST', path, { token, body }));
  const sessions = await http('GET', '/v1/auth/sessions', { token: victim.accessToken });
  const { items = [] } = sessions.body as { items?: readonly { id: string }[] };
  const newAccount = { name: 'Savings', currency: 'EUR' };
  return {
    user: victim.id,
    session: items[0]?.id ?? '',
    account: await made('/v1/treasury/accounts', victim, newAccount),
    booty: await made('/v1/treasury/accounts', attacker, newAccount),
    document: await made('/v1/archives/documents', victim, {
      title: 'Diary',
      body: 'Private',
      clearance: 'restricted',
    }),
  };
}

function idIn(answer: Answer): string {
  if (!isSuccess(answer)) throw new Error(`Nothing to steal could be made: ${JSON.stringify(answer.body)}`);
  return String((answer.body as { id?: unknown }).id);
}

const byId: Attack = {
  title: 'Somebody else’s id, in every operation that takes one',
  why: 'the handler loads by id and forgets to ask whose it is (OWASP API1: the most common hole of all)',
  holds: 'queries that carry the owner in their condition: what is not yours is not there',
  async run(field) {
    const belongings = await belongingsOf(field);
    const { accessToken: token } = field.attacker;
    const tries = OPERATIONS.filter(({ id }) => id in GRASPS).map(async (operation): Promise<Try[]> => {
      // The filter above is what the type says.
      const { params = {}, body, code } = GRASPS[operation.id as WithId](belongings);
      const call = { token, headers: { 'if-match': '*' }, body };
      const refused = refusedAs(code);
      return [
        refused(`HTTP ${operation.id}`, await field.http(operation.method, pathOf(operation, params), call)),
        refused(`NATS ${operation.id}`, await field.ask(operation.subject, { ...params, ...body }, { token })),
      ];
    });
    return [...(await Promise.all(tries)).flat(), ...(await unharmed(field, belongings))];
  },
};

/** The victim still has what was theirs: so it was there to be stolen. */
async function unharmed({ http, victim: { accessToken: token } }: Battlefield, of: Belongings): Promise<Try[]> {
  const paths = ['/v1/auth/me', `/v1/treasury/accounts/${of.account}`, `/v1/archives/documents/${of.document}`];
  return Promise.all(
    paths.map(async (path) => {
      const answer = await http('GET', path, { token });
      return { at: `the victim, ${path.slice(0, 30)}`, answer: String(answer.status), held: isSuccess(answer) };
    }),
  );
}

const inLists: Attack = {
  title: 'Somebody else’s things, in every list',
  why: 'the single read asks for the owner and the list does not, or takes the owner from the query',
  holds: 'one predicate for both, and no parameter that names an owner',
  async run(field) {
    const { user, account, document, session } = await belongingsOf(field);
    const { accessToken: token } = field.attacker;
    const theirs = [account, document, session];
    const lists = ['/v1/treasury/accounts', '/v1/archives/documents', '/v1/auth/sessions'];
    const whole = await Promise.all(
      lists.map(async (path) => {
        const answer = await field.http('GET', path, { token });
        const text = JSON.stringify(answer.body);
        return withoutYield(path, answer, !isSuccess(answer) || theirs.some((id) => text.includes(id)));
      }),
    );
    const asked = lists.flatMap((path) =>
      ['ownerId', 'owner', 'user', 'userId'].map(async (name) =>
        refusedAs('invalid-request')(`${path}?${name}`, await field.http('GET', `${path}?${name}=${user}`, { token })),
      ),
    );
    return [...whole, ...(await Promise.all(asked))];
  },
};

export const bola: Family = {
  name: 'bola',
  title: 'other people’s things (broken object level authorisation)',
  attacks: [byId, inLists],
};

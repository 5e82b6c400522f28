import { type OperationId, OPERATIONS } from '@citadel/contracts';
import { type Operation, sampleOf } from '@citadel/protocol';

import { type Answer, isSuccess, refusedAs, withoutYield } from '../answer.js';
import type { Attack, Family, Try } from '../attack.js';
import type { Battlefield, Person } from '../battlefield.js';
import { pathOf } from './operations.js';

/** What belongs to the victim. */
interface Belongings {
  readonly user: string;
  readonly session: string;
  readonly account: string;
  readonly transfer: string;
  readonly document: string;
  readonly deletedDocument: string;
  /** The attacker’s own account, for whatever they can lay their hands on. */
  readonly booty: string;
}

interface Grasp {
  /** How it must be refused. */
  readonly codes: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the id in a path is an id of, by the collection before it. */
const COLLECTIONS: Readonly<Record<string, keyof Belongings>> = {
  users: 'user',
  sessions: 'session',
  accounts: 'account',
  transfers: 'transfer',
  documents: 'document',
  'deleted-documents': 'deletedDocument',
};

/** Operations that take an id elsewhere than in their path. */
const IN_BODIES: Partial<Record<OperationId, (of: Belongings) => Omit<Grasp, 'codes'>>> = {
  'treasury.transfer': ({ account: from, booty: to }) => ({ params: {}, body: { from, to, amount: 1 } }),
  'treasury.drawFromVault': ({ booty: to }) => ({ params: {}, body: { to, amount: 1 } }),
};

const WITH_ID = OPERATIONS.filter(({ id, params }) => params !== undefined || id in IN_BODIES);

/**
 * A request about the victim's, made from the schemas, so that a new operation is attacked without a line about it. What is
 * the victim's may be hidden as if it were not there; of anything else that would prove nothing.
 */
function graspOf(operation: Operation, belongings: Belongings): Grasp {
  const hidden = ['missing-permission', ...(operation.problems ?? []).filter((code) => code.endsWith('-not-found'))];
  // An id of an operation is an OperationId.
  const inBody = IN_BODIES[operation.id as OperationId];
  if (inBody) return { ...inBody(belongings), codes: hidden };
  const { params, body } = sampleOf(operation);
  const [, collection = ''] = /([\w-]+)\/\{id\}/.exec(operation.path) ?? [];
  const belonging = COLLECTIONS[collection];
  if (!belonging) return { params, body, codes: ['missing-permission'] };
  return { params: { ...params, id: belongings[belonging] }, body, codes: hidden };
}

async function belongingsOf({ http, attacker, victim, official }: Battlefield): Promise<Belongings> {
  const made = async (path: string, { accessToken: token }: Person, body: unknown) =>
    idIn(await http('POST', path, { token, body }));
  const sessions = await http('GET', '/v1/auth/sessions', { token: victim.accessToken });
  const { items = [] } = sessions.body as { items?: readonly { id: string }[] };
  const newAccount = { name: 'Savings', currency: 'EUR' };
  const account = await made('/v1/treasury/accounts', victim, newAccount);
  const newDocument = { title: 'Diary', body: 'Private', clearance: 'restricted' };
  const deletedDocument = await made('/v1/archives/documents', victim, newDocument);
  const { accessToken: token } = victim;
  await http('DELETE', `/v1/archives/documents/${deletedDocument}`, { token, headers: { 'if-match': '*' } });
  return {
    user: victim.id,
    session: items[0]?.id ?? '',
    account,
    transfer: await made('/v1/treasury/vault-draws', await official('sovereign'), { to: account, amount: 1 }),
    booty: await made('/v1/treasury/accounts', attacker, newAccount),
    document: await made('/v1/archives/documents', victim, newDocument),
    deletedDocument,
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
    const tries = WITH_ID.map(async (operation): Promise<Try[]> => {
      const { params, body, codes } = graspOf(operation, belongings);
      const sent = operation.body ? { body } : {};
      const call = { token, headers: { 'if-match': '*' }, ...sent };
      const refused = refusedAs(...codes);
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
  const paths = [
    '/v1/auth/me',
    `/v1/treasury/accounts/${of.account}`,
    `/v1/treasury/transfers/${of.transfer}`,
    `/v1/archives/documents/${of.document}`,
  ];
  return Promise.all(
    paths.map(async (path) => {
      const answer = await http('GET', path, { token });
      return { at: `the victim, ${path.slice(0, 30)}`, answer: String(answer.status), held: isSuccess(answer) };
    }),
  );
}

const inLists: Attack = {
  title: 'Somebody else’s things, in every list and search',
  why: 'the single read asks for the owner and the list does not, or takes the owner from the query',
  holds: 'one predicate for all of them; a parameter that names an owner does not exist, or can only narrow',
  async run(field) {
    const { user, account, transfer, document, deletedDocument, session } = await belongingsOf(field);
    const { accessToken: token } = field.attacker;
    const theirs = [account, transfer, document, deletedDocument, session];
    const lists = [
      '/v1/treasury/accounts',
      '/v1/treasury/transfers',
      '/v1/archives/documents',
      '/v1/archives/deleted-documents',
      '/v1/auth/sessions',
    ];
    const whole = await Promise.all(
      lists.map(async (path) => {
        const answer = await field.http('GET', path, { token });
        const text = JSON.stringify(answer.body);
        return withoutYield(path, answer, !isSuccess(answer) || theirs.some((id) => text.includes(id)));
      }),
    );
    const searched = ['', `&owner=${user}`, '&clearance=restricted'].map(async (filter) => {
      const answer = await field.http('GET', `/v1/archives/search?query=private${filter}`, { token });
      const hasYielded = !isSuccess(answer) || theirs.some((id) => JSON.stringify(answer.body).includes(id));
      return withoutYield(`/v1/archives/search${filter.slice(0, 12)}`, answer, hasYielded);
    });
    const asked = lists.flatMap((path) =>
      ['ownerId', 'owner', 'user', 'userId'].map(async (name) =>
        refusedAs('invalid-request')(`${path}?${name}`, await field.http('GET', `${path}?${name}=${user}`, { token })),
      ),
    );
    return [...whole, ...(await Promise.all([...searched, ...asked]))];
  },
};

export const bola: Family = {
  name: 'bola',
  title: 'other people’s things (broken object level authorisation)',
  attacks: [byId, inLists],
};

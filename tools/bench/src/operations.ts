import { randomUUID } from 'node:crypto';

import type { StackDescription } from '@citadel/stack';

import { Gateway, userOf } from './gateway.js';
import type { MeasurementOptions } from './measurement.js';
import { describePace } from './pace.js';
import { CONNECTIONS, FIGURES, figuresOf, measureInTurns, type Operation, tableHead, tableRow } from './rounds.js';

const ACCOUNTS = 32;

/**
 * What one request of each operation costs: processor time of every process of the stack, which a busy machine changes
 * little, and requests per second with their latency, which it changes much; the client shares the processors.
 */
export async function measureOperations(stack: StackDescription, { pace }: MeasurementOptions): Promise<string[]> {
  const gateway = new Gateway(stack);
  try {
    const operations = await prepare(stack, gateway);
    const measured = await measureInTurns(operations, pace);
    return [
      `${String(CONNECTIONS)} connections, ${describePace(pace)}`,
      '',
      ...tableHead(['operation', ...FIGURES]),
      ...operations.map(({ name }, index) => tableRow([name, ...figuresOf(measured[index] ?? [])])),
    ];
  } finally {
    gateway.close();
  }
}

async function prepare(stack: StackDescription, gateway: Gateway): Promise<Operation[]> {
  const tokenOf = async (role: string) => {
    const { email, password } = userOf(stack, role);
    return (await gateway.logIn(email, password)).token;
  };
  const [citizen, treasurer] = [await tokenOf('citizen'), await tokenOf('treasurer')];
  const accounts: string[] = [];
  while (accounts.length < ACCOUNTS) {
    const { body } = await gateway.call('POST', '/v1/treasury/accounts', citizen, { name: 'Bench', currency: 'EUR' });
    const to = String(body['id']);
    const drawn = await gateway.call('POST', '/v1/treasury/vault-draws', treasurer, { to, amount: 1_000_000_000 });
    if (drawn.status !== 201) throw new Error(`No money to measure transfers with: ${JSON.stringify(drawn.body)}`);
    accounts.push(to);
  }
  let turn = 0;
  const next = () => accounts[turn++ % ACCOUNTS] ?? '';
  const get = (path: string, token?: string, status = 200) => ({
    name: `\`GET ${path}\``,
    status,
    call: () => gateway.call('GET', path, token),
  });
  const operations: Omit<Operation, 'processes'>[] = [
    get('/health/live'),
    { ...get('/v1/treasury/accounts', undefined, 401), name: '401 without a token' },
    get('/.well-known/jwks.json'),
    get('/v1/auth/me', citizen),
    {
      name: '`GET /v1/treasury/accounts/{id}`',
      status: 200,
      call: () => gateway.call('GET', `/v1/treasury/accounts/${next()}`, citizen),
    },
    get('/v1/treasury/accounts', citizen),
    {
      name: '`POST /v1/treasury/transfers`',
      status: 201,
      call: () => {
        const order = { id: randomUUID(), from: next(), to: next(), amount: 1 };
        return gateway.call('POST', '/v1/treasury/transfers', citizen, order);
      },
    },
  ];
  return operations.map((operation) => ({ ...operation, processes: () => stack }));
}

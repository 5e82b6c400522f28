import type { Answer, Gateway } from '../gateway.js';

const ACCOUNTS = 32;

export type Account = Answer['body'];

/** Accounts of one user, opened through a gateway. */
export async function openAccounts(gateway: Gateway, token?: string): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  while (accounts.length < ACCOUNTS) {
    const { status, body } = await gateway.call('POST', '/v1/treasury/accounts', token, {
      name: 'Road',
      currency: 'EUR',
    });
    if (status !== 201) throw new Error(`No account to ask for: ${JSON.stringify(body)}`);
    accounts.push(body);
  }
  return accounts;
}

export const pathOf = ({ id }: Account): string => `/v1/treasury/accounts/${String(id)}`;

import { isDeepStrictEqual } from 'node:util';

import { forged } from '../forged.js';
import type { Credentials, Gateway } from '../gateway.js';
import type { Processes } from '../processors.js';
import type { Operation } from '../rounds.js';
import { type Account, pathOf } from './accounts.js';

interface Credential {
  readonly header: string;
  /** What stands in the header before the credential. */
  readonly scheme: string;
  /** One that is good for the next minutes. */
  readonly value: () => Promise<string>;
}

/** A way from a client to an account, over a gateway. */
export interface Contender {
  readonly name: string;
  readonly gateway: Gateway;
  readonly accounts: readonly Account[];
  /** Where the gateway asks for one. */
  readonly credential?: Credential;
  /** Those that a request goes through. */
  readonly processes: () => Processes;
}

/**
 * What answers everything is fast, and worth nothing.
 *
 * @throws Error unless the account is answered to who may see it, and 401 to who has no credential or a forged one
 */
export async function prove({ name, gateway, accounts, credential }: Contender): Promise<void> {
  const good = await headersWith(credential);
  for (const account of accounts) {
    const { status, body } = await gateway.send('GET', pathOf(account), good);
    if (status !== 200 || !isDeepStrictEqual(body, account))
      throw new Error(`${name} answers ${String(status)} ${JSON.stringify(body)}, not ${JSON.stringify(account)}`);
  }
  const [account] = accounts;
  if (!credential || !account) return;
  const value = async () => forged(await credential.value());
  const bad = [{}, await headersWith({ ...credential, value })];
  for (const headers of bad) {
    const { status } = await gateway.send('GET', pathOf(account), headers);
    if (status !== 401) throw new Error(`${name} answers ${String(status)}, not 401, to ${JSON.stringify(headers)}`);
  }
}

/** One account after the other, for whoever may see them. */
export function readingOf({ name, gateway, accounts, credential, processes }: Contender): Operation {
  const paths = accounts.map(pathOf);
  let headers: Credentials = {};
  let turn = 0;
  return {
    name,
    status: 200,
    processes,
    prepare: async () => void (headers = await headersWith(credential)),
    call: () => gateway.send('GET', paths[turn++ % paths.length] ?? '', headers),
  };
}

const headersWith = async (credential: Contender['credential']): Promise<Credentials> =>
  credential ? { [credential.header]: `${credential.scheme}${await credential.value()}` } : {};

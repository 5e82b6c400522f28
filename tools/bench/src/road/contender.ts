import { isDeepStrictEqual } from 'node:util';

import { forged } from '../forged.js';
import type { Credentials, Gateway } from '../gateway.js';
import type { Processes } from '../processors.js';
import type { Operation } from '../rounds.js';
import { type Account, pathOf } from './accounts.js';

/** A way from a client to an account, over a gateway. */
export interface Contender {
  readonly name: string;
  readonly gateway: Gateway;
  readonly accounts: readonly Account[];
  /** Where the gateway asks for one: the header, and what stands in it before the credential. */
  readonly credential?: { readonly header: string; readonly scheme: string; readonly value: string };
  /** Those that a request goes through, and those that exist for the sake of its credential. */
  readonly processes: () => Processes;
}

/**
 * What answers everything is fast, and worth nothing.
 *
 * @throws Error unless the account is answered to who may see it, and 401 to who has no credential or a forged one
 */
export async function prove({ name, gateway, accounts, credential }: Contender): Promise<void> {
  for (const account of accounts) {
    const { status, body } = await gateway.send('GET', pathOf(account), headersWith(credential));
    if (status !== 200 || !isDeepStrictEqual(body, account))
      throw new Error(
        `${name} answers ${String(status)} ${JSON.stringify(body)} instead of ${JSON.stringify(account)}`,
      );
  }
  const [account] = accounts;
  if (!credential || !account) return;
  const bad = [{}, headersWith({ ...credential, value: forged(credential.value) })];
  for (const headers of bad) {
    const { status } = await gateway.send('GET', pathOf(account), headers);
    if (status !== 401)
      throw new Error(`${name} answers ${String(status)} instead of 401 to ${JSON.stringify(headers)}`);
  }
}

/** One account after the other, for whoever may see them. */
export function readingOf({ name, gateway, accounts, credential, processes }: Contender): Operation {
  const headers = headersWith(credential);
  const paths = accounts.map(pathOf);
  let turn = 0;
  const call = () => gateway.send('GET', paths[turn++ % paths.length] ?? '', headers);
  return { name, status: 200, call, processes };
}

const headersWith = (credential: Contender['credential']): Credentials =>
  credential ? { [credential.header]: `${credential.scheme}${credential.value}` } : {};

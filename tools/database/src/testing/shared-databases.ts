import { fork } from 'node:child_process';
import { once } from 'node:events';

/** How to reach a database that the server of a run has copied. */
export interface CopiedDatabase {
  readonly name: string;
  readonly url: string;
  readonly migratorUrl: string;
  readonly superuserUrl: string;
  readonly ca: string;
}

/** Starts the server that the suites of a run share. @returns what ends it */
export async function shareDatabases(): Promise<() => Promise<void>> {
  const server = fork(new URL('./database-server.js', import.meta.url), { execArgv: [] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  process.env.CITADEL_TEST_DATABASES = `http://127.0.0.1:${String(port)}`;
  return async () => {
    const ended = once(server, 'exit');
    server.disconnect();
    await ended;
  };
}

export async function askDatabaseServer(method: string, url: string): Promise<string> {
  const response = await fetch(url, { method });
  const text = await response.text();
  if (!response.ok) throw new Error(`The database server of the tests: ${text}`);
  return text;
}

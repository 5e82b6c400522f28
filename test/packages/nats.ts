import { type ChildProcess, spawn } from 'node:child_process';
import getPort from 'get-port';

import { findNatsServer } from '../../tools/stack/src/nats/nats-server-binary.js';
import { cacheFolder } from '../../tools/stack/src/stack-home.js';

/** A NATS server as an adopter has one: without TLS, accounts or streams, on this machine alone. */
export async function startNats(): Promise<{ readonly nats: ChildProcess; readonly url: string }> {
  const { NATS_SERVER_BIN, PATH = '' } = process.env;
  const given = NATS_SERVER_BIN || undefined;
  const search = { given, searchPath: PATH, cacheFolder: cacheFolder(), log: () => undefined };
  const binary = await findNatsServer(search);
  const port = String(await getPort({ host: '127.0.0.1' }));
  const nats = spawn(binary, ['--addr', '127.0.0.1', '--port', port], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    nats.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Server is ready')) resolve();
    });
    nats.once('exit', () => reject(new Error(said)));
  });
  return { nats, url: `nats://127.0.0.1:${port}` };
}

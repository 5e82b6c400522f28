import { isRunning } from '../processes/process-identity.js';
import { RunFile } from '../processes/run-file.js';
import { rotateSecrets } from '../secrets/rotate-secrets.js';
import { stackHome } from '../stack-home.js';

/** `npm run stack -- rotate-secrets`: new secrets for the next start; data, users and sessions stay. */
export async function rotate(): Promise<number> {
  const home = stackHome();
  const state = new RunFile(home.runFile).read();
  if (state && isRunning(state.owner)) {
    console.error(
      'Its processes use the secrets that are to go: `npm run stack -- stop`, then rotate, then `npm start`',
    );
    return 1;
  }
  rotateSecrets(home.secrets);
  console.log(`Replaced in ${home.secrets}: keys, NKeys, database passwords and certificates. What happens now:

  1. npm start: PostgreSQL and NATS learn the new ones, the signing keys are sealed with the new key, and every process
     starts with its own new secrets. Data stays, and whoever is logged in stays logged in.
  2. A start two hours later or more: the predecessors of the keys that tokens and revocations were made with are
     forgotten. Until then rotate-secrets refuses to run again.

Not replaced: ${home.secrets}/ca.pem, which your clients trust, and the passwords of the demo users.`);
  return 0;
}

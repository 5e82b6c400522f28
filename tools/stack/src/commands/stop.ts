import { isRunning, signal } from '../processes/process-identity.js';
import { endAll, RunFile } from '../processes/run-file.js';
import { removeStackFile } from '../stack-file.js';
import { stackHome } from '../stack-home.js';

/** A service has ten seconds for what is under way, and there are four lines of them to end one after the other. */
const PATIENCE_MS = 50_000;

/** `npm run stack -- stop`: ends the stack of this folder in order, and whatever of it is left. */
export async function stop(): Promise<number> {
  const home = stackHome();
  const run = new RunFile(home.runFile);
  const state = run.read();
  if (!state) {
    console.log(`No stack runs in ${home.folder}`);
    return 0;
  }
  signal(state.owner, 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (isRunning(state.owner) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isRunning(state.owner)) {
    console.log(`Process ${String(state.owner.pid)} does not stop and will be killed`);
    signal(state.owner, 'SIGKILL');
  }
  const left = await endAll((run.read() ?? state).processes);
  run.discard();
  removeStackFile(home.stackFile);
  console.log(left.length > 0 ? `Stopped; ended what was left behind: ${left.join(', ')}` : 'Stopped; the data stays');
  return 0;
}

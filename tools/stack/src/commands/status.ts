import { isRunning } from '../processes/process-identity.js';
import { RunFile } from '../processes/run-file.js';
import { readIfThere } from '../secrets/private-files.js';
import { removeStackFile, type StackDescription } from '../stack-file.js';
import { stackHome } from '../stack-home.js';

/** `npm run stack -- status`; the exit status is 0 when a stack runs, 3 when none does (as `systemctl status` has it). */
export async function status(): Promise<number> {
  const home = stackHome();
  const run = new RunFile(home.runFile);
  const state = run.read();
  if (!state) {
    console.log(`No stack runs in ${home.folder}. \`npm start\` starts one.`);
    return 3;
  }
  if (!isRunning(state.owner)) {
    const swept = await run.sweep();
    removeStackFile(home.stackFile);
    console.log(`The stack in ${home.folder} ended without stopping in order. \`npm start\` starts it again.`);
    if (swept.length > 0) console.log(`Ended what it left behind: ${swept.join(', ')}`);
    return 3;
  }
  const text = readIfThere(home.stackFile);
  // Written by this package alone.
  const stack = text === undefined ? undefined : (JSON.parse(text) as StackDescription);
  console.log(stack ? `${stack.gateway}  (CA: ${stack.ca})` : 'The stack is starting or stopping');
  console.log(`  stack      process ${String(state.owner.pid)}`);
  for (const process of state.processes) {
    console.log(`  ${process.name.padEnd(9)}  process ${String(process.pid)}${isRunning(process) ? '' : '  ended'}`);
  }
  return 0;
}

import path from 'node:path';
import { parseArgs } from 'node:util';

import { SERVICE_NAMES, type ServiceName } from '@citadel/contracts';

import { DevLoop } from '../dev/dev-loop.js';
import { follow } from '../dev/follow.js';
import { logView } from '../dev/log-view.js';
import { Stack } from '../stack.js';
import { stackHome } from '../stack-home.js';
import { runUntilSignal } from './start.js';

/** The port that debuggers of Node.js look at first. */
const INSPECT = '--inspect=127.0.0.1:9229';

const USAGE = `npm run dev [-- --inspect <${SERVICE_NAMES.join(' | ')}>]`;

/** `npm run dev`: the stack, its logs for the eyes, and a restart of what a changed file touches. */
export async function dev(parameters: readonly string[]): Promise<number> {
  const inspected = inspectedIn(parameters);
  if (inspected === 'unknown') {
    console.error(USAGE);
    return 64;
  }
  const nodeFlags = (service: ServiceName) => ['--enable-source-maps', ...(service === inspected ? [INSPECT] : [])];
  let loop: DevLoop | undefined;
  return runUntilSignal({
    make: (say) => new Stack({ say, nodeFlags }),
    ready: async (stack, say) => {
      SERVICE_NAMES.forEach((service, index) => {
        const view = logView(service, index, process.stdout.isTTY && process.stdout.hasColors());
        follow(path.join(stackHome().logs, `${service}.log`), (line) => console.log(view(line)));
      });
      loop = new DevLoop(stack, say);
      await loop.start();
      if (inspected) say(`${inspected} waits for a debugger on 127.0.0.1:9229 (a call that is paused ends after 5 s)`);
      say('Watching apps/ and libs/; types are checked by your editor and by `npm run build`');
    },
    beforeStop: async () => loop?.close(),
  });
}

function inspectedIn(parameters: readonly string[]): ServiceName | undefined | 'unknown' {
  try {
    const { values } = parseArgs({ args: [...parameters], options: { inspect: { type: 'string' } } });
    return values.inspect === undefined
      ? undefined
      : (SERVICE_NAMES.find((name) => name === values.inspect) ?? 'unknown');
  } catch {
    return 'unknown';
  }
}

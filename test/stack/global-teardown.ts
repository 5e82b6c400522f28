import { rmSync } from 'node:fs';
import path from 'node:path';

/** Ends the stack of the stories. Its logs stay until the next run; its data would only fill the disk. */
export default async function globalTeardown(): Promise<void> {
  const stack = globalThis.citadelStoriesStack;
  if (!stack) return;
  await stack.stop();
  const home = path.dirname(stack.file);
  for (const name of ['postgres', 'nats', 'secrets']) rmSync(path.join(home, name), { recursive: true, force: true });
}

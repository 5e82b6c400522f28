import { demoUser, runningStack } from '../running-stack.js';

/** `npm run -s stack password <role>`: prints one password and nothing else, for a browser or for a pipe. */
export function password([role = 'citizen']: readonly string[]): Promise<number> {
  console.log(demoUser(runningStack(), role).password);
  return Promise.resolve(0);
}
